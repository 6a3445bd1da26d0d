/** What an algorithm hands to the agents: model endpoints and prompts, in versions. */

import {
  AnyString,
  type Codec,
  dictionary,
  Float,
  Integer,
  nullable,
  oneOf,
  record,
  tagged,
  Text,
  withDefault,
} from "./codec.ts";
import { JsonObject } from "./json.ts";

/** A model's endpoint that agents call as it is. */
export interface LLM {
  /** Tells this kind of resource from the others. */
  readonly resource_type: "llm";
  /** The base URL. */
  readonly endpoint: string;
  /** The model's name. */
  readonly model: string;
  /** The key to call it with. */
  readonly api_key: string | null;
  /** Parameters such as `temperature`. */
  readonly sampling_parameters: JsonObject;
}

/** A model's endpoint behind a proxy that tells rollouts apart by their URL. */
export interface ProxyLLM extends Omit<LLM, "resource_type"> {
  /** Tells this kind of resource from the others. */
  readonly resource_type: "proxy_llm";
}

/** A prompt with places to fill in. */
export interface PromptTemplate {
  /** Tells this kind of resource from the others. */
  readonly resource_type: "prompt_template";
  /** The text. */
  readonly template: string;
  /** The language of its places. */
  readonly engine: "jinja" | "f-string" | "poml";
}

/** One resource of any kind. */
export type Resource = LLM | ProxyLLM | PromptTemplate;

/** Resources by name. */
export type NamedResources = Readonly<Record<string, Resource>>;

/** The model's endpoint, as a caller may write it. */
export type LLMInput =
  & Pick<LLM, "resource_type" | "endpoint" | "model">
  & Partial<Pick<LLM, "api_key" | "sampling_parameters">>;

/** The proxy's endpoint, as a caller may write it. */
export type ProxyLLMInput =
  & Pick<ProxyLLM, "resource_type" | "endpoint" | "model">
  & Partial<Pick<ProxyLLM, "api_key" | "sampling_parameters">>;

/** Resources by name, as a caller may write them. */
export type NamedResourcesInput = Readonly<
  Record<string, LLMInput | ProxyLLMInput | PromptTemplate>
>;

const endpointFields = {
  endpoint: AnyString,
  model: AnyString,
  api_key: withDefault(nullable(AnyString), () => null),
  sampling_parameters: withDefault(JsonObject, () => ({})),
};

/**
 * The codec of {@linkcode LLM}.
 *
 * @example
 * ```ts
 * import { decode, LLM } from "@lightning/store";
 *
 * const decoded = decode(LLM, { resource_type: "llm", endpoint: "http://h/v1", model: "m" });
 * console.log(decoded._tag); // Right
 * ```
 */
export const LLM: Codec<LLM, LLMInput> = record<LLM, LLMInput>("an LLM", {
  resource_type: oneOf("llm"),
  ...endpointFields,
});

/**
 * The codec of {@linkcode ProxyLLM}.
 *
 * @example
 * ```ts
 * import { decode, ProxyLLM } from "@lightning/store";
 *
 * const decoded = decode(ProxyLLM, { resource_type: "proxy_llm", endpoint: "http://h/v1", model: "m" });
 * console.log(decoded._tag); // Right
 * ```
 */
export const ProxyLLM: Codec<ProxyLLM, ProxyLLMInput> = record<ProxyLLM, ProxyLLMInput>(
  "a proxied LLM",
  { resource_type: oneOf("proxy_llm"), ...endpointFields },
);

/**
 * The codec of {@linkcode PromptTemplate}.
 *
 * @example
 * ```ts
 * import { decode, PromptTemplate } from "@lightning/store";
 *
 * const decoded = decode(PromptTemplate, { resource_type: "prompt_template", template: "Hi {name}", engine: "f-string" });
 * console.log(decoded._tag); // Right
 * ```
 */
export const PromptTemplate: Codec<PromptTemplate> = record<PromptTemplate>("a prompt template", {
  resource_type: oneOf("prompt_template"),
  template: AnyString,
  engine: oneOf("jinja", "f-string", "poml"),
});

/**
 * The codec of {@linkcode Resource}.
 *
 * @example
 * ```ts
 * import { decode, Resource } from "@lightning/store";
 *
 * const decoded = decode(Resource, { resource_type: "llm", endpoint: "http://h/v1", model: "m" });
 * console.log(decoded._tag); // Right
 * ```
 */
export const Resource: Codec<Resource> = tagged<Resource>("resource_type", {
  llm: LLM,
  proxy_llm: ProxyLLM,
  prompt_template: PromptTemplate,
});

/**
 * The codec of {@linkcode NamedResources}.
 *
 * @example
 * ```ts
 * import { decode, NamedResources } from "@lightning/store";
 *
 * const decoded = decode(NamedResources, { main: { resource_type: "llm", endpoint: "http://h/v1", model: "m" } });
 * console.log(decoded._tag); // Right
 * ```
 */
export const NamedResources: Codec<NamedResources, NamedResourcesInput> = dictionary(Resource);

/** The stored form of named resources. */
export interface ResourcesUpdate {
  /** `rs-` and 12 hex digits, or an id that the caller chose. */
  readonly resources_id: string;
  /** Creation, in seconds since the epoch. */
  readonly create_time: number;
  /** The last write, in seconds since the epoch. */
  readonly update_time: number;
  /** 1 at creation, one more at each write. */
  readonly version: number;
  /** The resources. */
  readonly resources: NamedResources;
}

/**
 * The codec of {@linkcode ResourcesUpdate}.
 *
 * @example
 * ```ts
 * import { decode, ResourcesUpdate } from "@lightning/store";
 *
 * const decoded = decode(ResourcesUpdate, { resources_id: "rs-1", create_time: 1, update_time: 1, version: 1, resources: {} });
 * console.log(decoded._tag); // Right
 * ```
 */
export const ResourcesUpdate: Codec<ResourcesUpdate> = record<ResourcesUpdate>(
  "a resources update",
  {
    resources_id: Text,
    create_time: Float,
    update_time: Float,
    version: Integer,
    resources: NamedResources,
  },
);
