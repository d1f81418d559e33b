// Storage: objects named by absolute locations ("file:///lake/t/metadata/v1.json", "s3://bucket/key").
//
// The model is an object store's, not a file system's: an object is written whole, appears atomically, is
// never changed in place, and may be read by ranges. Implementations: storage::LocalStorage (this module), S3
// (storage/s3) and a faulty wrapper for tests (storage/faulty); all pass
// tests/conformance/storage_conformance.h.
//
// Errors: kNotFound for a missing object; kAlreadyExists when `if_absent` met one; kInvalidArgument for a
// location the implementation cannot name; kFailedPrecondition where another object is in the way (a file
// system cannot hold both "a" and "a/b"); kResourceExhausted when the disk is full; kCorruption for a range
// beyond the object's end or damaged bytes; kUnavailable when the store did not answer and nothing was
// published; kCommitStateUnknown when an object may or may not have been published. Every message names the
// location. Storage is thread-safe, an ObjectWriter is not.
#ifndef LIFEBOAT_STORAGE_STORAGE_H_
#define LIFEBOAT_STORAGE_STORAGE_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace lifeboat::storage {

struct ObjectInfo {
  std::string location;
  uint64_t size_bytes = 0;
  int64_t modified_micros = 0;  // since the epoch
};

struct WriteOptions {
  // Fail with kAlreadyExists instead of replacing an object.
  bool if_absent = false;
  // Wait until the object would survive a power cut. Without it the object is still published atomically, but
  // the caller has another way to restore it (the catalog's store carries metadata.json).
  bool durable = true;
  // Nobody asks for the object before Write returned, and a part of it may be left behind by a crash: what is
  // published atomically elsewhere may be written under its own name here, which is cheaper on a local disk.
  // Of use to Write without `durable`; an object that exists is still replaced atomically.
  bool unknown_yet = false;
};

// An object being written piece by piece. Nothing is visible before Commit(); destroying it without Commit()
// leaves no trace.
class ObjectWriter {
 public:
  virtual ~ObjectWriter() = default;
  virtual Status Append(std::string_view bytes) = 0;
  virtual Status Commit() = 0;
};

class Storage {
 public:
  virtual ~Storage() = default;

  virtual Result<ObjectInfo> Stat(const std::string& location) = 0;
  virtual Result<std::string> Read(const std::string& location) = 0;
  // Exactly `length` bytes from `offset`; kCorruption if the object ends before that.
  virtual Result<std::string> ReadRange(const std::string& location, uint64_t offset, uint64_t length) = 0;
  virtual Status Write(const std::string& location, std::string_view bytes,
                       const WriteOptions& options = {}) = 0;
  virtual Result<std::unique_ptr<ObjectWriter>> OpenWriter(const std::string& location,
                                                           const WriteOptions& options = {}) = 0;
  // Waits until objects written with durable=false would survive a power cut, many of them at the price of
  // few disk writes. Objects that are gone are passed over. A store whose writes are always durable has
  // nothing to do.
  virtual Status Sync(const std::vector<std::string>& locations) = 0;
  // Whether what is written there survives a power cut as soon as Write returns, asked for or not: then there
  // is nothing to Sync.
  virtual bool WritesAreDurable(const std::string& /*location*/) const { return false; }
  // Deleting an object that is not there succeeds.
  virtual Status Delete(const std::string& location) = 0;
  // Deletes many objects in as few requests as the store allows; returns what Delete would have said of each,
  // in their order. One that cannot be deleted holds up no other.
  virtual std::vector<Status> DeleteMany(const std::vector<std::string>& locations);
  // Calls `visit` for every object whose location starts with `prefix`, in lexical order, until it returns an
  // error.
  virtual Status List(const std::string& prefix, const std::function<Status(const ObjectInfo&)>& visit) = 0;
};

// Scheme of a location as it is written: "file", "s3", …; a plain absolute path counts as "file", and ""
// means none.
std::string_view SchemeOf(std::string_view location);

// Joins with exactly one '/'.
std::string JoinLocation(std::string_view base, std::string_view relative);

// Sends each call to the Storage registered for the location's scheme; kUnsupported names an unknown scheme.
class StorageRouter : public Storage {
 public:
  void Register(std::string scheme, std::shared_ptr<Storage> storage);

  Result<ObjectInfo> Stat(const std::string& location) override;
  Result<std::string> Read(const std::string& location) override;
  Result<std::string> ReadRange(const std::string& location, uint64_t offset, uint64_t length) override;
  Status Write(const std::string& location, std::string_view bytes, const WriteOptions& options) override;
  Result<std::unique_ptr<ObjectWriter>> OpenWriter(const std::string& location,
                                                   const WriteOptions& options) override;
  Status Sync(const std::vector<std::string>& locations) override;
  bool WritesAreDurable(const std::string& location) const override;
  Status Delete(const std::string& location) override;
  std::vector<Status> DeleteMany(const std::vector<std::string>& locations) override;
  Status List(const std::string& prefix, const std::function<Status(const ObjectInfo&)>& visit) override;

 private:
  Result<Storage*> Find(std::string_view location) const;
  std::vector<std::pair<std::string, std::shared_ptr<Storage>>> by_scheme_;
};

}  // namespace lifeboat::storage

#endif  // LIFEBOAT_STORAGE_STORAGE_H_
