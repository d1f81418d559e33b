#include "net/content_encoding.h"

#include <gtest/gtest.h>
#include <zlib.h>

#include "base/testing.h"

namespace lifeboat::net {
namespace {

constexpr uint64_t kNoLimit = 1 << 30;

// A body as another program would deflate it; `window_bits` picks zlib's format or the bare stream.
std::string Deflated(const std::string& bytes, int window_bits) {
  z_stream stream{};
  EXPECT_EQ(deflateInit2(&stream, 6, Z_DEFLATED, window_bits, 8, Z_DEFAULT_STRATEGY), Z_OK);
  std::string out(deflateBound(&stream, bytes.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

std::string Text(size_t bytes) {
  std::string text;
  while (text.size() < bytes) text += fmt::format("select {};", text.size());
  return text;
}

TEST(ContentEncoding, GzipRoundTrip) {
  for (const size_t size : {0, 1, 1'000, 1'000'000}) {
    const std::string text = Text(size);
    const std::string compressed = GzipCompress(text);
    if (size > 100) {
      EXPECT_LT(compressed.size(), text.size() / 2);
    }
    ASSERT_OK_AND_ASSIGN(const std::string decoded, DecodeContent(compressed, "gzip", kNoLimit));
    EXPECT_EQ(decoded, text);
  }
}

TEST(ContentEncoding, GzipIsRecognisedWithoutHeader) {
  EXPECT_EQ(DecodeContent(GzipCompress("hello"), "", kNoLimit).value(), "hello");
  EXPECT_EQ(DecodeContent("hello", "identity", kNoLimit).value(), "hello");
}

TEST(ContentEncoding, DeflateInBothFormats) {
  EXPECT_EQ(DecodeContent(Deflated("hello", 15), "deflate", kNoLimit).value(), "hello");
  EXPECT_EQ(DecodeContent(Deflated("hello", -15), "Deflate", kNoLimit).value(), "hello");
}

TEST(ContentEncoding, DamagedBodiesAreRefused) {
  const std::string whole = GzipCompress(Text(10'000));
  EXPECT_STATUS(StatusCode::kInvalidArgument,
                DecodeContent(whole.substr(0, whole.size() - 1), "gzip", kNoLimit));
  EXPECT_STATUS(StatusCode::kInvalidArgument, DecodeContent(whole.substr(0, 5), "gzip", kNoLimit));
  std::string damaged = whole;
  damaged[damaged.size() / 2] ^= 0x55;
  EXPECT_STATUS(StatusCode::kInvalidArgument, DecodeContent(damaged, "gzip", kNoLimit));
  EXPECT_STATUS(StatusCode::kInvalidArgument, DecodeContent("plain", "gzip", kNoLimit));
  EXPECT_STATUS(StatusCode::kInvalidArgument, DecodeContent("plain", "br", kNoLimit));
}

TEST(ContentEncoding, ABombIsRefusedBeforeItUnfolds) {
  const std::string bomb = GzipCompress(std::string(50'000'000, 'x'));
  EXPECT_LT(bomb.size(), 1'000'000u);
  EXPECT_STATUS(StatusCode::kResourceExhausted, DecodeContent(bomb, "gzip", 1'000'000));
  EXPECT_STATUS(StatusCode::kResourceExhausted, DecodeContent("12345", "", 4));
}

}  // namespace
}  // namespace lifeboat::net
