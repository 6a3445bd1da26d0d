/** The wire format of Protocol Buffers, without generated code: the one place that names its version. */
export { BinaryReader, BinaryWriter, WireType } from "npm:@bufbuild/protobuf@2.17.0/wire";
