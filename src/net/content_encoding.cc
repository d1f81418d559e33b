#include "net/content_encoding.h"

#include <zlib.h>

#include <algorithm>
#include <limits>

#include "net/http.h"

namespace lifeboat::net {
namespace {

// windowBits of zlib: 15 is the largest window, +16 writes a gzip header, +32 detects gzip and zlib headers.
constexpr int kGzip = 15 + 16;
constexpr int kGzipOrZlib = 15 + 32;
constexpr int kRawDeflate = -15;

Bytef* InputOf(std::string_view bytes) {
  return reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
}

// zlib counts in 32 bits; larger inputs go in slices.
uInt Slice(size_t bytes) {
  return static_cast<uInt>(std::min<size_t>(bytes, std::numeric_limits<uInt>::max()));
}

Result<std::string> Inflate(std::string_view bytes, int window_bits, uint64_t max_bytes) {
  z_stream stream{};
  if (inflateInit2(&stream, window_bits) != Z_OK)
    return Status::ResourceExhausted("no memory to decompress a body");
  std::string out;
  char block[64 * 1024];
  Status status;
  int code = Z_OK;
  while (status.ok() && code != Z_STREAM_END) {
    if (stream.avail_in == 0) {
      stream.avail_in = Slice(bytes.size());
      stream.next_in = InputOf(bytes);
      bytes.remove_prefix(stream.avail_in);
    }
    stream.next_out = reinterpret_cast<Bytef*>(block);
    stream.avail_out = sizeof(block);
    code = inflate(&stream, Z_NO_FLUSH);
    const size_t produced = sizeof(block) - stream.avail_out;
    if (out.size() + produced > max_bytes) {
      status = Status::ResourceExhausted("the decompressed body exceeds the limit of {} bytes; send less",
                                         max_bytes);
    } else if (code == Z_MEM_ERROR) {
      status = Status::ResourceExhausted("no memory to decompress a body");
    } else if (code != Z_OK && code != Z_STREAM_END) {
      // Z_BUF_ERROR means that the input ended before the stream did.
      status = Status::InvalidArgument("the compressed body is {}; send it again",
                                       code == Z_BUF_ERROR ? "truncated" : "damaged");
    } else {
      out.append(block, produced);
    }
  }
  inflateEnd(&stream);
  if (!status.ok()) return status;
  return out;
}

}  // namespace

std::string GzipCompress(std::string_view bytes, int level) {
  z_stream stream{};
  LIFEBOAT_CHECK(deflateInit2(&stream, level, Z_DEFLATED, kGzip, 8, Z_DEFAULT_STRATEGY) == Z_OK,
                 "deflateInit2 failed");
  std::string out;
  out.resize(deflateBound(&stream, bytes.size()) + 64);
  size_t written = 0;
  int code = Z_OK;
  while (code != Z_STREAM_END) {
    if (stream.avail_in == 0) {
      stream.avail_in = Slice(bytes.size());
      stream.next_in = InputOf(bytes);
      bytes.remove_prefix(stream.avail_in);
    }
    const uInt room = Slice(out.size() - written);
    stream.next_out = reinterpret_cast<Bytef*>(out.data() + written);
    stream.avail_out = room;
    code = deflate(&stream, bytes.empty() ? Z_FINISH : Z_NO_FLUSH);
    LIFEBOAT_CHECK(code == Z_OK || code == Z_STREAM_END, "deflate failed although it has room");
    written += room - stream.avail_out;
  }
  deflateEnd(&stream);
  out.resize(written);
  return out;
}

Result<std::string> DecodeContent(std::string body, std::string_view content_encoding, uint64_t max_bytes) {
  const bool looks_like_gzip = body.size() >= 2 && body[0] == '\x1f' && body[1] == '\x8b';
  if (content_encoding.empty() || EqualsIgnoringCase(content_encoding, "identity")) {
    if (looks_like_gzip) return Inflate(body, kGzip, max_bytes);
    if (body.size() > max_bytes) {
      return Status::ResourceExhausted("the body exceeds the limit of {} bytes; send less", max_bytes);
    }
    return body;
  }
  if (body.empty()) return body;  // clients name an encoding even where they send nothing
  if (EqualsIgnoringCase(content_encoding, "gzip") || EqualsIgnoringCase(content_encoding, "x-gzip")) {
    return Inflate(body, kGzip, max_bytes);
  }
  if (EqualsIgnoringCase(content_encoding, "deflate")) {
    // "deflate" means the zlib format, but some clients send the bare stream. A zlib header is two bytes that
    // are divisible by 31 and name method 8.
    const bool has_zlib_header =
        body.size() >= 2 && (body[0] & 0x0f) == 8 &&
        (static_cast<unsigned char>(body[0]) * 256 + static_cast<unsigned char>(body[1])) % 31 == 0;
    return Inflate(body, has_zlib_header ? kGzipOrZlib : kRawDeflate, max_bytes);
  }
  return Status::InvalidArgument("Content-Encoding '{}' is not supported; use gzip, deflate or identity",
                                 content_encoding);
}

}  // namespace lifeboat::net
