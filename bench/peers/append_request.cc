#include "bench/peers/append_request.h"

#include <functional>
#include <memory>
#include <vector>

#include "iceberg/model/json.h"
#include "iceberg/model/table_metadata.h"
#include "iceberg/model/table_update.h"
#include "iceberg/write/append_files.h"
#include "storage/local_storage.h"

namespace lifeboat::bench {
namespace {

// Local storage that never waits for the disk.
class HastyStorage final : public storage::Storage {
 public:
  Result<storage::ObjectInfo> Stat(const std::string& location) override { return inner_->Stat(location); }
  Result<std::string> Read(const std::string& location) override { return inner_->Read(location); }
  Result<std::string> ReadRange(const std::string& location, uint64_t offset, uint64_t length) override {
    return inner_->ReadRange(location, offset, length);
  }
  Status Write(const std::string& location, std::string_view bytes,
               const storage::WriteOptions& options) override {
    return inner_->Write(location, bytes, {.if_absent = options.if_absent, .durable = false});
  }
  Result<std::unique_ptr<storage::ObjectWriter>> OpenWriter(const std::string& location,
                                                            const storage::WriteOptions& options) override {
    return inner_->OpenWriter(location, {.if_absent = options.if_absent, .durable = false});
  }
  Status Sync(const std::vector<std::string>&) override { return Status::Ok(); }
  Status Delete(const std::string& location) override { return inner_->Delete(location); }
  Status List(const std::string& prefix,
              const std::function<Status(const storage::ObjectInfo&)>& visit) override {
    return inner_->List(prefix, visit);
  }

 private:
  std::unique_ptr<storage::Storage> inner_ = storage::MakeLocalStorage();
};

}  // namespace

Result<std::string> PrepareAppend(std::string_view load_table_result, std::string_view file_name) {
  LIFEBOAT_ASSIGN_OR_RETURN(const boost::json::value loaded,
                            iceberg::ParseJson(load_table_result, "the loaded table"));
  if (!loaded.is_object() || !loaded.as_object().contains("metadata")) {
    return Status::InvalidArgument("the answer is not a loaded table: {}", load_table_result.substr(0, 200));
  }
  LIFEBOAT_ASSIGN_OR_RETURN(const iceberg::TableMetadata table,
                            iceberg::ParseTableMetadata(loaded.at("metadata")));
  iceberg::DataFile file;
  file.file_path = iceberg::DataLocation(table) + "/" + std::string(file_name);
  file.record_count = 1000;
  file.file_size_in_bytes = 100'000;
  HastyStorage storage;
  LIFEBOAT_ASSIGN_OR_RETURN(const iceberg::PreparedAppend append,
                            iceberg::AppendFiles(storage, table, {file}));
  std::string body;
  iceberg::JsonWriter writer(&body);
  writer.BeginObject();
  writer.Key("requirements");
  AppendJson(append.requirements, writer);
  writer.Key("updates");
  AppendJson(append.updates, writer);
  writer.EndObject();
  return body;
}

}  // namespace lifeboat::bench
