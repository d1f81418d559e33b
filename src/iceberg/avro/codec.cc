#include "iceberg/avro/codec.h"

#include <snappy.h>
#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <cstdint>

#include "base/check.h"

namespace lifeboat::iceberg::avro {
namespace {

constexpr int kRawDeflate = -15;

Status TooLarge() {
  return Status::ResourceExhausted("a block has more than {} MiB; Lifeboat reads smaller ones only",
                                   kMaxBlockBytes >> 20);
}

std::string Deflate(std::string_view bytes) {
  z_stream stream{};
  LIFEBOAT_CHECK(
      deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, kRawDeflate, 8, Z_DEFAULT_STRATEGY) == Z_OK,
      "deflateInit2 failed");
  std::string out(deflateBound(&stream, static_cast<uLong>(bytes.size())), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  const int code = deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  LIFEBOAT_CHECK(code == Z_STREAM_END, "deflate failed");
  return out;
}

Result<std::string> Inflate(std::string_view bytes) {
  z_stream stream{};
  if (inflateInit2(&stream, kRawDeflate) != Z_OK)
    return Status::ResourceExhausted("no memory to inflate a block");
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  std::string out;
  int code = Z_OK;
  while (code == Z_OK && out.size() < kMaxBlockBytes) {
    const size_t before = out.size();
    out.resize(before + std::max<size_t>(bytes.size() * 4, 16 * 1024));
    stream.next_out = reinterpret_cast<Bytef*>(out.data() + before);
    stream.avail_out = static_cast<uInt>(out.size() - before);
    code = inflate(&stream, Z_NO_FLUSH);
    out.resize(out.size() - stream.avail_out);
    if (code == Z_OK && stream.avail_in == 0 && stream.avail_out != 0) code = Z_BUF_ERROR;  // cut short
  }
  inflateEnd(&stream);
  if (out.size() > kMaxBlockBytes || code == Z_OK) return TooLarge();
  if (code != Z_STREAM_END) return Status::Corruption("a deflated block is damaged");
  return out;
}

uint32_t Crc(std::string_view bytes) {
  return static_cast<uint32_t>(
      crc32(0, reinterpret_cast<const Bytef*>(bytes.data()), static_cast<uInt>(bytes.size())));
}

std::string SnappyCompress(std::string_view bytes) {
  std::string out;
  snappy::Compress(bytes.data(), bytes.size(), &out);
  const uint32_t crc = Crc(bytes);
  for (int shift = 24; shift >= 0; shift -= 8) out.push_back(static_cast<char>(crc >> shift));
  return out;
}

Result<std::string> SnappyDecompress(std::string_view bytes) {
  const Status damaged = Status::Corruption("a snappy block is damaged");
  if (bytes.size() < 4) return damaged;
  const std::string_view body = bytes.substr(0, bytes.size() - 4);
  size_t length = 0;
  if (!snappy::GetUncompressedLength(body.data(), body.size(), &length)) return damaged;
  // Three bytes make 64 at most: a greater length is a lie, found out before memory is taken for it.
  if (length / 22 > body.size()) return damaged;
  if (length > kMaxBlockBytes) return TooLarge();
  std::string out;
  if (!snappy::Uncompress(body.data(), body.size(), &out)) return damaged;
  uint32_t crc = 0;
  for (size_t i = bytes.size() - 4; i < bytes.size(); ++i) crc = crc << 8 | static_cast<uint8_t>(bytes[i]);
  if (crc != Crc(out)) return Status::Corruption("a snappy block does not have the checksum it says");
  return out;
}

std::string ZstdCompress(std::string_view bytes) {
  std::string out(ZSTD_compressBound(bytes.size()), '\0');
  const size_t size = ZSTD_compress(out.data(), out.size(), bytes.data(), bytes.size(), ZSTD_CLEVEL_DEFAULT);
  LIFEBOAT_CHECK(ZSTD_isError(size) == 0, "ZSTD_compress failed");
  out.resize(size);
  return out;
}

Result<std::string> ZstdDecompress(std::string_view bytes) {
  ZSTD_DCtx* context = ZSTD_createDCtx();
  if (context == nullptr) return Status::ResourceExhausted("no memory to inflate a block");
  std::string out;
  ZSTD_inBuffer input{bytes.data(), bytes.size(), 0};
  size_t code = 1;
  while (code != 0 && ZSTD_isError(code) == 0 && out.size() < kMaxBlockBytes) {
    const size_t before = out.size();
    out.resize(before + std::max<size_t>(bytes.size() * 4, 16 * 1024));
    ZSTD_outBuffer output{out.data(), out.size(), before};
    code = ZSTD_decompressStream(context, &output, &input);
    const bool starved = input.pos == input.size && output.pos < output.size;
    out.resize(output.pos);
    if (code != 0 && starved) break;
  }
  ZSTD_freeDCtx(context);
  if (out.size() > kMaxBlockBytes) return TooLarge();
  if (code == 0 && input.pos == input.size) return out;
  if (out.size() == kMaxBlockBytes) return TooLarge();
  return Status::Corruption("a zstandard block is damaged");
}

}  // namespace

std::string_view CodecName(Codec codec) {
  switch (codec) {
    case Codec::kNull:
      return "null";
    case Codec::kDeflate:
      return "deflate";
    case Codec::kSnappy:
      return "snappy";
    case Codec::kZstandard:
      return "zstandard";
  }
  return "null";
}

std::optional<Codec> CodecByName(std::string_view name) {
  for (const Codec codec : {Codec::kNull, Codec::kDeflate, Codec::kSnappy, Codec::kZstandard}) {
    if (CodecName(codec) == name) return codec;
  }
  return std::nullopt;
}

std::string Compress(Codec codec, std::string_view bytes) {
  switch (codec) {
    case Codec::kNull:
      return std::string(bytes);
    case Codec::kDeflate:
      return Deflate(bytes);
    case Codec::kSnappy:
      return SnappyCompress(bytes);
    case Codec::kZstandard:
      return ZstdCompress(bytes);
  }
  return std::string(bytes);
}

Result<std::string> Decompress(Codec codec, std::string_view bytes) {
  switch (codec) {
    case Codec::kNull:
      return std::string(bytes);
    case Codec::kDeflate:
      return Inflate(bytes);
    case Codec::kSnappy:
      return SnappyDecompress(bytes);
    case Codec::kZstandard:
      return ZstdDecompress(bytes);
  }
  return Status::Internal("an Avro codec without a reader");
}

}  // namespace lifeboat::iceberg::avro
