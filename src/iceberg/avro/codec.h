// Compression of Avro blocks: "null", "deflate" (raw), "snappy" (followed by a CRC-32), "zstandard".
#ifndef LIFEBOAT_ICEBERG_AVRO_CODEC_H_
#define LIFEBOAT_ICEBERG_AVRO_CODEC_H_

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace lifeboat::iceberg::avro {

enum class Codec { kNull, kDeflate, kSnappy, kZstandard };

std::string_view CodecName(Codec codec);
std::optional<Codec> CodecByName(std::string_view name);

std::string Compress(Codec codec, std::string_view bytes);
// kCorruption for damaged bytes; kResourceExhausted beyond kMaxBlockBytes. Writers make blocks of some ten
// KiB; the limit keeps a small hostile file from asking for all memory.
inline constexpr size_t kMaxBlockBytes = size_t{128} << 20;
Result<std::string> Decompress(Codec codec, std::string_view bytes);

}  // namespace lifeboat::iceberg::avro

#endif  // LIFEBOAT_ICEBERG_AVRO_CODEC_H_
