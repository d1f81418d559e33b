#include "iceberg/avro/binary.h"

#include <cstring>
#include <limits>

namespace lifeboat::iceberg::avro {
namespace {

Status CutShort() {
  return Status::Corruption("the data is cut short");
}

}  // namespace

Result<int64_t> Decoder::ReadLong() {
  uint64_t value = 0;
  for (int shift = 0; shift < 70; shift += 7) {
    if (rest_.empty()) return CutShort();
    const auto byte = static_cast<uint8_t>(rest_.front());
    rest_.remove_prefix(1);
    if (shift == 63 && byte > 1) break;
    value |= static_cast<uint64_t>(byte & 0x7F) << shift;
    if ((byte & 0x80) == 0) return static_cast<int64_t>(value >> 1) ^ -static_cast<int64_t>(value & 1);
  }
  return Status::Corruption("a number has more than 64 bits");
}

Result<int32_t> Decoder::ReadInt() {
  LIFEBOAT_ASSIGN_OR_RETURN(const int64_t value, ReadLong());
  if (value < std::numeric_limits<int32_t>::min() || value > std::numeric_limits<int32_t>::max()) {
    return Status::Corruption("the number {} does not fit 32 bits", value);
  }
  return static_cast<int32_t>(value);
}

Result<bool> Decoder::ReadBoolean() {
  LIFEBOAT_ASSIGN_OR_RETURN(const std::string_view byte, ReadRaw(1));
  if (static_cast<uint8_t>(byte[0]) > 1) return Status::Corruption("a boolean is neither 0 nor 1");
  return byte[0] == 1;
}

Result<float> Decoder::ReadFloat() {
  LIFEBOAT_ASSIGN_OR_RETURN(const std::string_view bytes, ReadRaw(sizeof(float)));
  float value;
  std::memcpy(&value, bytes.data(), sizeof value);
  return value;
}

Result<double> Decoder::ReadDouble() {
  LIFEBOAT_ASSIGN_OR_RETURN(const std::string_view bytes, ReadRaw(sizeof(double)));
  double value;
  std::memcpy(&value, bytes.data(), sizeof value);
  return value;
}

Result<std::string_view> Decoder::ReadRaw(size_t length) {
  if (length > rest_.size()) return CutShort();
  const std::string_view bytes = rest_.substr(0, length);
  rest_.remove_prefix(length);
  return bytes;
}

Result<std::string_view> Decoder::ReadBytes() {
  LIFEBOAT_ASSIGN_OR_RETURN(const int64_t length, ReadLong());
  if (length < 0) return Status::Corruption("a length of {} bytes", length);
  return ReadRaw(static_cast<size_t>(length));
}

Result<const Schema*> Decoder::Resolve(const Schema& schema) {
  if (schema.kind != Kind::kUnion) return &schema;
  LIFEBOAT_ASSIGN_OR_RETURN(const int64_t branch, ReadLong());
  if (branch < 0 || static_cast<size_t>(branch) >= schema.branches.size()) {
    return Status::Corruption("branch {} of a union with {} branches", branch, schema.branches.size());
  }
  return schema.branches[static_cast<size_t>(branch)].get();
}

Status Decoder::ReadBlocks(const std::function<Status()>& element) {
  while (true) {
    LIFEBOAT_ASSIGN_OR_RETURN(int64_t count, ReadLong());
    if (count == 0) return Status::Ok();
    if (count < 0) {
      LIFEBOAT_RETURN_IF_ERROR(ReadLong().status());  // the block's size in bytes
      if (count == std::numeric_limits<int64_t>::min()) return Status::Corruption("a block of 2^63 elements");
      count = -count;
    }
    if (static_cast<uint64_t>(count) > rest_.size()) return CutShort();
    for (int64_t i = 0; i < count; ++i) {
      const size_t before = rest_.size();
      LIFEBOAT_RETURN_IF_ERROR(element());
      if (rest_.size() == before) return Status::Corruption("an array of elements without bytes");
    }
  }
}

Status Decoder::Skip(const Schema& schema) {
  switch (schema.kind) {
    case Kind::kNull:
      return Status::Ok();
    case Kind::kBoolean:
      return ReadBoolean().status();
    case Kind::kInt:
    case Kind::kLong:
    case Kind::kEnum:
      return ReadLong().status();
    case Kind::kFloat:
      return ReadRaw(4).status();
    case Kind::kDouble:
      return ReadRaw(8).status();
    case Kind::kBytes:
    case Kind::kString:
      return ReadBytes().status();
    case Kind::kFixed:
      return ReadRaw(static_cast<size_t>(schema.size)).status();
    case Kind::kRecord:
      for (const RecordField& field : schema.fields) LIFEBOAT_RETURN_IF_ERROR(Skip(*field.schema));
      return Status::Ok();
    case Kind::kArray:
      return ReadBlocks([&] { return Skip(*schema.branches[0]); });
    case Kind::kMap:
      return ReadBlocks([&]() -> Status {
        LIFEBOAT_RETURN_IF_ERROR(ReadBytes().status());
        return Skip(*schema.branches[0]);
      });
    case Kind::kUnion: {
      LIFEBOAT_ASSIGN_OR_RETURN(const Schema* branch, Resolve(schema));
      return Skip(*branch);
    }
  }
  return Status::Internal("an Avro kind without a reader");
}

void Encoder::WriteLong(int64_t value) {
  auto rest = static_cast<uint64_t>(value) << 1 ^ static_cast<uint64_t>(value >> 63);
  while (rest >= 0x80) {
    out_->push_back(static_cast<char>(rest | 0x80));
    rest >>= 7;
  }
  out_->push_back(static_cast<char>(rest));
}

void Encoder::WriteFloat(float value) {
  char bytes[sizeof value];
  std::memcpy(bytes, &value, sizeof value);
  out_->append(bytes, sizeof bytes);
}

void Encoder::WriteDouble(double value) {
  char bytes[sizeof value];
  std::memcpy(bytes, &value, sizeof value);
  out_->append(bytes, sizeof bytes);
}

void Encoder::WriteBytes(std::string_view bytes) {
  WriteLong(static_cast<int64_t>(bytes.size()));
  out_->append(bytes);
}

}  // namespace lifeboat::iceberg::avro
