#include "iceberg/avro/container.h"

#include <cstring>

namespace lifeboat::iceberg::avro {
namespace {

constexpr std::string_view kMagic("Obj\1", 4);
constexpr std::string_view kSchemaKey = "avro.schema";
constexpr std::string_view kCodecKey = "avro.codec";
constexpr size_t kBlockBytes = 64 * 1024;

Status ReadMetadata(Decoder& decoder, Metadata* metadata) {
  return decoder.ReadBlocks([&]() -> Status {
    LIFEBOAT_ASSIGN_OR_RETURN(const std::string_view key, decoder.ReadBytes());
    LIFEBOAT_ASSIGN_OR_RETURN(const std::string_view value, decoder.ReadBytes());
    metadata->insert_or_assign(std::string(key), std::string(value));
    return Status::Ok();
  });
}

}  // namespace

Status ContainerReader::InFile(const Status& status) const {
  const Status named = status.WithContext(fmt::format("Avro file '{}'", location_));
  if (named.code() != StatusCode::kCorruption) return named;
  return Status::Corruption("{}; restore the file from another copy", named.message());
}

Result<ContainerReader> ContainerReader::Open(std::string_view bytes, std::string_view location) {
  ContainerReader reader(location, Decoder(bytes));
  const auto read_header = [&]() -> Status {
    LIFEBOAT_ASSIGN_OR_RETURN(const std::string_view magic, reader.rest_.ReadRaw(kMagic.size()));
    if (magic != kMagic) return Status::Corruption("it does not start as an Avro file does");
    LIFEBOAT_RETURN_IF_ERROR(ReadMetadata(reader.rest_, &reader.metadata_));
    LIFEBOAT_ASSIGN_OR_RETURN(const std::string_view sync, reader.rest_.ReadRaw(reader.sync_.size()));
    std::memcpy(reader.sync_.data(), sync.data(), sync.size());
    const auto schema = reader.metadata_.find(kSchemaKey);
    if (schema == reader.metadata_.end()) return Status::Corruption("its header has no schema");
    reader.schema_json_ = schema->second;
    LIFEBOAT_ASSIGN_OR_RETURN(reader.schema_, ParseSchema(reader.schema_json_));
    if (const auto codec = reader.metadata_.find(kCodecKey); codec != reader.metadata_.end()) {
      const std::optional<Codec> known = CodecByName(codec->second);
      if (!known)
        return Status::Unsupported("codec '{}' is not supported; rewrite it with zstandard", codec->second);
      reader.codec_ = *known;
    }
    return Status::Ok();
  };
  const Status status = read_header();
  if (!status.ok()) return reader.InFile(status);
  return reader;
}

Result<std::optional<Block>> ContainerReader::Next() {
  if (rest_.remaining() == 0) return std::optional<Block>();
  const auto read_block = [&]() -> Result<Block> {
    Block block;
    LIFEBOAT_ASSIGN_OR_RETURN(block.count, rest_.ReadLong());
    if (block.count < 0) return Status::Corruption("a block of {} objects", block.count);
    LIFEBOAT_ASSIGN_OR_RETURN(const std::string_view compressed, rest_.ReadBytes());
    LIFEBOAT_ASSIGN_OR_RETURN(const std::string_view sync, rest_.ReadRaw(sync_.size()));
    if (std::memcmp(sync.data(), sync_.data(), sync_.size()) != 0) {
      return Status::Corruption("a block does not end with the file's sync marker");
    }
    LIFEBOAT_ASSIGN_OR_RETURN(block.bytes, Decompress(codec_, compressed));
    // No object Iceberg stores takes less than a byte.
    if (static_cast<uint64_t>(block.count) > block.bytes.size()) {
      return Status::Corruption("a block of {} objects in {} bytes", block.count, block.bytes.size());
    }
    return block;
  };
  Result<Block> block = read_block();
  if (!block.ok()) return InFile(block.status());
  return std::optional<Block>(std::move(block).value());
}

ContainerWriter::ContainerWriter(std::string_view schema_json, const Metadata& metadata, Codec codec,
                                 Random& random)
    : codec_(codec), file_(kMagic) {
  random.Fill({reinterpret_cast<uint8_t*>(sync_.data()), sync_.size()});
  Encoder encoder(&file_);
  encoder.BeginArray(metadata.size() + 2);
  encoder.WriteBytes(kSchemaKey);
  encoder.WriteBytes(schema_json);
  encoder.WriteBytes(kCodecKey);
  encoder.WriteBytes(CodecName(codec));
  for (const auto& [key, value] : metadata) {
    encoder.WriteBytes(key);
    encoder.WriteBytes(value);
  }
  encoder.EndArray();
  encoder.WriteRaw({sync_.data(), sync_.size()});
}

void ContainerWriter::EndObject() {
  ++block_count_;
  if (block_.size() >= kBlockBytes) FlushBlock();
}

void ContainerWriter::FlushBlock() {
  if (block_count_ == 0) return;
  Encoder encoder(&file_);
  encoder.WriteLong(block_count_);
  encoder.WriteBytes(Compress(codec_, block_));
  encoder.WriteRaw({sync_.data(), sync_.size()});
  block_.clear();
  block_count_ = 0;
}

std::string ContainerWriter::Finish() {
  FlushBlock();
  return std::move(file_);
}

}  // namespace lifeboat::iceberg::avro
