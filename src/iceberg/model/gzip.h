// gzip as metadata files use it ("….gz.metadata.json", write.metadata.compression-codec=gzip).
#ifndef LIFEBOAT_ICEBERG_MODEL_GZIP_H_
#define LIFEBOAT_ICEBERG_MODEL_GZIP_H_

#include <string>
#include <string_view>

#include "base/result.h"

namespace lifeboat::iceberg {

bool IsGzip(std::string_view bytes);
// kCorruption for damaged bytes, kResourceExhausted beyond 1 GiB.
Result<std::string> Gunzip(std::string_view bytes);

}  // namespace lifeboat::iceberg

#endif  // LIFEBOAT_ICEBERG_MODEL_GZIP_H_
