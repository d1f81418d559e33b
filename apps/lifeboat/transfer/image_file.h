// A catalog image as a file of JSON lines, readable by its owner alone because records may hold secrets.
//
// The first line names the format and its version, the last one the number of rows between them and the
// SHA-256 of everything before it: a file that was cut short or changed is refused before anything is
// imported.
#ifndef LIFEBOAT_TRANSFER_IMAGE_FILE_H_
#define LIFEBOAT_TRANSFER_IMAGE_FILE_H_

#include <cstdint>
#include <cstdio>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "catalog/store/store_image.h"

struct evp_md_ctx_st;

namespace lifeboat::app {

// How many of each there were.
struct ImageCounts {
  uint64_t namespaces = 0;
  uint64_t tables = 0;
  uint64_t views = 0;
  uint64_t records = 0;
  uint64_t changes = 0;
  uint64_t idempotency_keys = 0;
  uint64_t rows = 0;   // of all kinds
  uint64_t bytes = 0;  // of the file
  void Add(const catalog::ImageRow& row);
};

// Called now and then with the counts so far; an error (an interrupt) ends the work.
using ImageProgress = std::function<Status(const ImageCounts&)>;

class Sha256 {
 public:
  Sha256();
  ~Sha256();
  void Update(std::string_view bytes);
  std::string Hex();  // once, at the end

 private:
  evp_md_ctx_st* context_;
};

// Writes PATH.part, which becomes PATH, durably, when Finish() succeeds. PATH is new or a file:
// kFailedPrecondition.
class ImageFileWriter final : public catalog::ImageSink {
 public:
  static Result<std::unique_ptr<ImageFileWriter>> Create(const std::string& path, ImageProgress progress);
  ~ImageFileWriter() override;  // removes what is not finished

  Status Take(catalog::ImageRow row) override;
  Result<ImageCounts> Finish();

 private:
  ImageFileWriter(std::string path, FILE* file, ImageProgress progress)
      : path_(std::move(path)), file_(file), progress_(std::move(progress)) {}
  Status WriteLine(std::string line);
  Status Error(std::string_view action) const;

  const std::string path_;
  FILE* file_;
  const ImageProgress progress_;
  Sha256 hash_;
  ImageCounts counts_;
};

class ImageFileReader final : public catalog::ImageSource {
 public:
  // Reads the whole file once to check its end; kCorruption when it is not a complete image.
  static Result<std::unique_ptr<ImageFileReader>> Open(const std::string& path, ImageProgress progress);
  ~ImageFileReader() override;

  Result<std::optional<catalog::ImageRow>> Next() override;
  const ImageCounts& counts() const { return counts_; }

 private:
  ImageFileReader(std::string path, FILE* file, ImageProgress progress)
      : path_(std::move(path)), file_(file), progress_(std::move(progress)) {}
  Status CheckWhole();
  // False at the end of the file. The line is valid until the next call, without its end.
  Result<bool> ReadLine(std::string_view* line);
  Status Damaged(std::string_view problem) const;

  const std::string path_;
  FILE* file_;
  const ImageProgress progress_;
  char* buffer_ = nullptr;
  size_t capacity_ = 0;
  uint64_t line_number_ = 0;
  uint64_t rows_ = 0;  // that the last line promises
  ImageCounts counts_;
};

}  // namespace lifeboat::app

#endif  // LIFEBOAT_TRANSFER_IMAGE_FILE_H_
