// Files deleted a second, three ways: one after the other, many by one request after the other (DeleteMany),
// and by FileRemover's requests side by side; on the local disk and, where LIFEBOAT_TEST_MINIO names the
// program, on a MinIO of its own.
//
//   file_remover_bench [FILES]
#include <fmt/format.h>
#include <stdlib.h>

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "base/check.h"
#include "base/clock.h"
#include "base/executor.h"
#include "catalog/maintenance/file_remover.h"
#include "storage/local_storage.h"
#include "storage/s3/s3_client.h"
#include "storage/s3/s3_storage.h"
#include "tests/support/s3_server.h"

namespace lifeboat::catalog {
namespace {

using Way = std::function<void(storage::Storage&, const std::vector<std::string>&)>;

void ExpectAllOk(const std::vector<Status>& outcomes) {
  for (const Status& outcome : outcomes) LIFEBOAT_CHECK(outcome.ok(), outcome.ToString());
}

void OneByOne(storage::Storage& storage, const std::vector<std::string>& locations) {
  for (const std::string& location : locations) ExpectAllOk({storage.Delete(location)});
}

void ManyARequest(storage::Storage& storage, const std::vector<std::string>& locations) {
  ExpectAllOk(storage.DeleteMany(locations));
}

void SideBySide(storage::Storage& storage, const std::vector<std::string>& locations) {
  FileRemover remover(storage);
  for (size_t first = 0; first < locations.size(); first += FileRemover::kFilesAtOnce) {
    const size_t last = std::min(first + FileRemover::kFilesAtOnce, locations.size());
    ExpectAllOk(remover.Delete({locations.begin() + static_cast<ptrdiff_t>(first),
                                locations.begin() + static_cast<ptrdiff_t>(last)}));
  }
}

// A table's shape: 20 partitions.
void Measure(storage::Storage& storage, const std::string& root, size_t files, std::string_view name) {
  ThreadPool writers("writers", 16);
  for (const auto& [way_name, way] : {std::pair<const char*, Way>{"one by one", OneByOne},
                                      {"many a request", ManyARequest},
                                      {"side by side", SideBySide}}) {
    std::vector<std::string> locations(files);
    RunAll(writers, files, [&](size_t i) {
      locations[i] = fmt::format("{}/data/day={}/{:07}.parquet", root, i % 20, i);
      const Status written = storage.Write(locations[i], "x", {.durable = false});
      LIFEBOAT_CHECK(written.ok(), written.ToString());
    });
    const int64_t begin_micros = SystemClock().MonotonicMicros();
    way(storage, locations);
    const double seconds = static_cast<double>(SystemClock().MonotonicMicros() - begin_micros) / 1e6;
    fmt::print("{:<6} {:<15} {:>7} files {:>8.3f} s {:>8.0f} files/s\n", name, way_name, files, seconds,
               static_cast<double>(files) / seconds);
  }
}

void MeasureLocal(size_t files) {
  std::string folder = (std::filesystem::temp_directory_path() / "file-remover-XXXXXX").string();
  LIFEBOAT_CHECK(::mkdtemp(folder.data()) != nullptr, "mkdtemp failed");
  const std::unique_ptr<storage::Storage> storage = storage::MakeLocalStorage();
  Measure(*storage, storage::FileLocation(folder), files, "local");
  std::filesystem::remove_all(folder);
}

void MeasureMinio(const char* program, size_t files) {
  using lifeboat::testing::S3Server;
  const S3Server server(S3Server::Kind::kMinio, program);
  storage::s3::S3Options options;
  options.endpoint = server.endpoint();
  options.path_style = true;
  options.credentials = storage::s3::StaticCredentials(S3Server::kAccessKeyId, S3Server::kSecretAccessKey);
  options.retry = {.max_attempts = 300, .max_backoff = std::chrono::milliseconds(200)};  // until it is up
  auto client = storage::s3::S3Client::Make(options, storage::s3::MakeCurlTransport({}));
  storage::s3::S3Call make_bucket;
  make_bucket.method = "PUT";
  make_bucket.target = {"s3", "lake", ""};
  make_bucket.action = "create";
  const Status made = (*client)->Do(make_bucket).status();
  LIFEBOAT_CHECK(made.ok(), made.ToString());
  const auto storage = storage::s3::MakeS3Storage(options);
  Measure(**storage, "s3://lake/t", files, "minio");
}

}  // namespace
}  // namespace lifeboat::catalog

int main(int argc, char** argv) {
  const size_t files = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 20'000;
  lifeboat::catalog::MeasureLocal(files);
  if (const char* minio = ::getenv("LIFEBOAT_TEST_MINIO"); minio != nullptr && *minio != '\0') {
    lifeboat::catalog::MeasureMinio(minio, files);
  }
}
