// Object container files: a header with schema and metadata, then compressed blocks between sync markers.
//
// Reading keeps the header's JSON and metadata as they are, and hands out one block at a time, so that a file
// can be rewritten block by block without losing what this program does not know. Source: Avro 1.12
// specification, "Object Container Files".
#ifndef LIFEBOAT_ICEBERG_AVRO_CONTAINER_H_
#define LIFEBOAT_ICEBERG_AVRO_CONTAINER_H_

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/random.h"
#include "base/result.h"
#include "iceberg/avro/binary.h"
#include "iceberg/avro/codec.h"
#include "iceberg/avro/schema.h"

namespace lifeboat::iceberg::avro {

using SyncMarker = std::array<char, 16>;
using Metadata = std::map<std::string, std::string, std::less<>>;

struct Block {
  int64_t count = 0;  // of objects
  std::string bytes;  // not compressed any more
};

class ContainerReader {
 public:
  // `bytes` must outlive the reader. `location` names the file in errors: kCorruption for anything but a
  // whole header.
  static Result<ContainerReader> Open(std::string_view bytes, std::string_view location);

  const Schema& schema() const { return *schema_; }
  const std::string& schema_json() const { return schema_json_; }
  const Metadata& metadata() const { return metadata_; }  // schema and codec included
  Codec codec() const { return codec_; }

  // The next block, or nothing at the end of the file; kCorruption if it is damaged or cut short, or claims
  // more objects than it has bytes.
  Result<std::optional<Block>> Next();

  // Calls read(decoder), which returns a Status, for every object of the file. Every object must be read to
  // its end.
  template <typename Read>
  Status ForEachObject(Read read) {
    while (true) {
      LIFEBOAT_ASSIGN_OR_RETURN(const std::optional<Block> block, Next());
      if (!block) return Status::Ok();
      Decoder decoder(block->bytes);
      for (int64_t i = 0; i < block->count; ++i) {
        const Status status = read(decoder);
        if (!status.ok()) return InFile(status);
      }
      if (decoder.remaining() > 0) return InFile(Status::Corruption("a block goes on after its last object"));
    }
  }

  // An error of this file: "Avro file '<location>': <status's message>", kCorruption kept.
  Status InFile(const Status& status) const;

 private:
  ContainerReader(std::string_view location, Decoder rest) : location_(location), rest_(rest) {}

  std::string location_;
  Decoder rest_;
  SchemaPtr schema_;
  std::string schema_json_;
  Metadata metadata_;
  Codec codec_ = Codec::kNull;
  SyncMarker sync_{};
};

class ContainerWriter {
 public:
  // `metadata` must not name avro.schema or avro.codec.
  ContainerWriter(std::string_view schema_json, const Metadata& metadata, Codec codec,
                  Random& random = SystemRandom());

  // Writes one object: encode onto encoder(), then call EndObject().
  Encoder encoder() { return Encoder(&block_); }
  void EndObject();
  // The whole file. Call once.
  std::string Finish();

 private:
  void FlushBlock();

  Codec codec_;
  SyncMarker sync_{};
  std::string file_;
  std::string block_;
  int64_t block_count_ = 0;
};

}  // namespace lifeboat::iceberg::avro

#endif  // LIFEBOAT_ICEBERG_AVRO_CONTAINER_H_
