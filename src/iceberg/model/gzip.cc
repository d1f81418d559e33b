#include "iceberg/model/gzip.h"

#include <zlib.h>

namespace lifeboat::iceberg {

bool IsGzip(std::string_view bytes) {
  return bytes.size() > 2 && bytes[0] == '\x1f' && bytes[1] == '\x8b';
}

Result<std::string> Gunzip(std::string_view bytes) {
  constexpr size_t kMaxBytes = size_t{1} << 30;
  constexpr int kGzipWindow = 15 + 16;
  z_stream stream{};
  if (inflateInit2(&stream, kGzipWindow) != Z_OK)
    return Status::ResourceExhausted("no memory to inflate gzip data");
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  std::string out;
  int code = Z_OK;
  while (code == Z_OK && out.size() < kMaxBytes) {
    const size_t before = out.size();
    out.resize(before + 256 * 1024);
    stream.next_out = reinterpret_cast<Bytef*>(out.data() + before);
    stream.avail_out = static_cast<uInt>(out.size() - before);
    code = inflate(&stream, Z_NO_FLUSH);
    out.resize(out.size() - stream.avail_out);
    if (code == Z_OK && stream.avail_in == 0 && stream.avail_out != 0) code = Z_BUF_ERROR;  // cut short
  }
  inflateEnd(&stream);
  if (code == Z_OK) return Status::ResourceExhausted("gzip data inflates to more than {} bytes", kMaxBytes);
  if (code != Z_STREAM_END) return Status::Corruption("damaged gzip data");
  return out;
}

}  // namespace lifeboat::iceberg
