// MultipartWriter: an object that goes up in parts while it is being written, and appears when committed.
//
// What fits into one part is sent as one PutObject at Commit(). An upload that is not committed is aborted,
// so that its parts are not stored (and paid for) for ever.
#ifndef LIFEBOAT_STORAGE_S3_MULTIPART_WRITER_H_
#define LIFEBOAT_STORAGE_S3_MULTIPART_WRITER_H_

#include <string>
#include <string_view>
#include <vector>

#include "storage/s3/s3_client.h"
#include "storage/storage.h"

namespace lifeboat::storage::s3 {

class MultipartWriter final : public ObjectWriter {
 public:
  // `client` must outlive the writer.
  MultipartWriter(S3Client& client, S3Location target, bool if_absent)
      : client_(client), target_(std::move(target)), if_absent_(if_absent) {}
  ~MultipartWriter() override;

  Status Append(std::string_view bytes) override;
  Status Commit() override;

 private:
  Status CheckUsable() const;
  // S3 allows 10,000 parts: later ones are larger, so that no size is out of reach.
  uint64_t NextPartBytes() const;
  Status AppendParts(std::string_view bytes);
  Status Begin();
  Status UploadPart(std::string_view bytes);
  Status Publish();
  Status Complete();
  void Abort();

  S3Client& client_;
  const S3Location target_;
  const bool if_absent_;
  std::string buffer_;     // less than one part
  std::string upload_id_;  // empty: no upload is open
  std::string write_id_;
  std::vector<std::string> part_etags_;
  Status status_;
  bool committed_ = false;
};

}  // namespace lifeboat::storage::s3

#endif  // LIFEBOAT_STORAGE_S3_MULTIPART_WRITER_H_
