#include "catalog/store/stored_metadata.h"

#include <zstd.h>

#include <memory>

namespace lifeboat::catalog {
namespace {

constexpr size_t kMinBytesToCompress = 512;
constexpr int kLevel = 1;                          // higher ones gain little on metadata and cost more
constexpr uint64_t kMaxBytes = uint64_t{1} << 31;  // more than SQLite keeps in a value
constexpr std::string_view kFrameStart = "\x28\xB5\x2F\xFD";

struct FreeContext {
  void operator()(ZSTD_CCtx* context) const { ZSTD_freeCCtx(context); }
  void operator()(ZSTD_DCtx* context) const { ZSTD_freeDCtx(context); }
};

// A context is dear to make and used by one thread at a time.
ZSTD_CCtx* CompressionOfThisThread() {
  thread_local const std::unique_ptr<ZSTD_CCtx, FreeContext> context(ZSTD_createCCtx());
  return context.get();
}
ZSTD_DCtx* DecompressionOfThisThread() {
  thread_local const std::unique_ptr<ZSTD_DCtx, FreeContext> context(ZSTD_createDCtx());
  return context.get();
}

}  // namespace

std::string ToStoredMetadata(std::string metadata_json) {
  if (metadata_json.size() < kMinBytesToCompress) return metadata_json;
  ZSTD_CCtx* context = CompressionOfThisThread();
  if (context == nullptr) return metadata_json;
  std::string stored(ZSTD_compressBound(metadata_json.size()), '\0');
  const size_t size = ZSTD_compressCCtx(context, stored.data(), stored.size(), metadata_json.data(),
                                        metadata_json.size(), kLevel);
  if (ZSTD_isError(size) != 0 || size >= metadata_json.size()) return metadata_json;
  stored.resize(size);
  return stored;
}

Result<std::string> FromStoredMetadata(std::string_view stored) {
  if (!stored.starts_with(kFrameStart)) return std::string(stored);
  const unsigned long long size = ZSTD_getFrameContentSize(stored.data(), stored.size());
  if (size == ZSTD_CONTENTSIZE_UNKNOWN || size == ZSTD_CONTENTSIZE_ERROR || size > kMaxBytes)
    return Status::Corruption("catalog store: metadata is not readable; restore the store from a copy");
  ZSTD_DCtx* context = DecompressionOfThisThread();
  if (context == nullptr) return Status::ResourceExhausted("no memory to decompress metadata");
  std::string json(size, '\0');
  const size_t read = ZSTD_decompressDCtx(context, json.data(), json.size(), stored.data(), stored.size());
  if (ZSTD_isError(read) != 0 || read != json.size()) {
    return Status::Corruption("catalog store: metadata is damaged ({}); restore the store from a copy",
                              ZSTD_isError(read) != 0 ? ZSTD_getErrorName(read) : "it is too short");
  }
  return json;
}

}  // namespace lifeboat::catalog
