#include "catalog/server/purge_runner.h"

#include <algorithm>
#include <utility>

#include "base/log.h"
#include "base/uuid.h"
#include "catalog/api/table_places.h"
#include "catalog/maintenance/past_metadata_files.h"

namespace lifeboat::catalog {
namespace {

constexpr std::chrono::seconds kLookInterval{30};
constexpr std::chrono::seconds kRenewInterval{30};
constexpr size_t kJobsPerBatch = 100;  // share one walk over the catalog
constexpr size_t kTablesPerPage = 1000;

std::shared_ptr<const iceberg::TableMetadata> Parse(std::string_view json, const std::string& location,
                                                    Status* status) {
  Result<iceberg::TableMetadata> metadata = iceberg::ParseTableMetadata(json, location);
  *status = metadata.status();
  if (!metadata.ok()) return nullptr;
  return std::make_shared<const iceberg::TableMetadata>(std::move(metadata).value());
}

}  // namespace

PurgeRunner::PurgeRunner(CatalogStore& store, storage::Storage& storage, CommitGuard& guard, Commit commit,
                         const Clock& clock)
    : store_(store),
      storage_(storage),
      guard_(guard),
      commit_(std::move(commit)),
      clock_(clock),
      owner_(Uuid::V4().ToString()) {}

void PurgeRunner::Start() {
  thread_ = std::make_unique<PeriodicThread>("catalog-purge", kLookInterval, [this] { RunAll(); });
}

void PurgeRunner::Wake() {
  if (thread_ != nullptr) thread_->Wake();
}

void PurgeRunner::Stop() {
  stopping_ = true;
  thread_.reset();
}

PurgeJob PurgeRunner::NewJob(const TableIdentifier& identifier, const std::string& table_uuid,
                             const std::string& metadata_location) const {
  PurgeJob job;
  job.id = Uuid::V7(clock_).ToString();
  job.identifier = identifier;
  job.table_uuid = table_uuid;
  job.metadata_location = metadata_location;
  job.created_micros = clock_.NowMicros();
  job.updated_micros = job.created_micros;
  return job;
}

PutRecordChange PurgeRunner::RecordOf(const PurgeJob& job, std::optional<uint64_t> expected_version) {
  return {.key = job.key(), .value = PurgeJobToJson(job), .expected_version = expected_version};
}

Result<std::vector<PurgeJob>> PurgeRunner::ListJobs() {
  LIFEBOAT_ASSIGN_OR_RETURN(const std::vector<StoreRecord> records,
                            store_.ListRecords(std::string(kPurgeJobPrefix)));
  std::vector<PurgeJob> jobs;
  MutexLock lock(mutex_);
  for (const StoreRecord& record : records) {
    LIFEBOAT_ASSIGN_OR_RETURN(PurgeJob job, PurgeJobFromJson(record.value));
    const auto running = running_.find(job.id);
    if (running != running_.end() && job.state != PurgeJob::State::kDone) job = running->second;
    jobs.push_back(std::move(job));
  }
  return jobs;
}

void PurgeRunner::RunAll() {
  while (!stopping_ && guard_.CurrentEpoch().ok()) {
    const Status claimed = ClaimBatch();
    if (!claimed.ok()) {
      log::Warning("purge jobs cannot be read", {{"error", claimed}});
      return;
    }
    if (batch_.empty()) return;
    const Status status = RunBatch();
    for (Work& work : batch_) {
      if (!status.ok() && !work.failed && work.job.state == PurgeJob::State::kRunning) Fail(work, status);
    }
    // A job that failed waits for the next look.
    if (std::any_of(batch_.begin(), batch_.end(), [](const Work& work) { return work.failed; })) return;
  }
}

Status PurgeRunner::ClaimBatch() {
  batch_.clear();
  renewed_micros_ = clock_.MonotonicMicros();
  LIFEBOAT_ASSIGN_OR_RETURN(const std::vector<StoreRecord> records,
                            store_.ListRecords(std::string(kPurgeJobPrefix)));
  for (const StoreRecord& record : records) {
    Result<PurgeJob> job = PurgeJobFromJson(record.value);
    if (!job.ok()) {
      log::Warning("a purge job is damaged", {{"record", record.key}, {"error", job.status()}});
      continue;
    }
    const int64_t silent_micros = clock_.NowMicros() - job->updated_micros;
    if (job->state == PurgeJob::State::kDone) {
      // Another server may remove it at the same time.
      if (silent_micros > Duration(kPurgeJobKept).count()) {
        (void)commit_({DeleteRecordChange{.key = record.key, .expected_version = record.version}});
      }
      continue;
    }
    const bool of_another = job->state == PurgeJob::State::kRunning && job->owner != owner_ &&
                            !store_.ReadsAreLocal() && silent_micros < Duration(kPurgeTakeover).count();
    if (of_another || batch_.size() == kJobsPerBatch) continue;
    Work& work = batch_.emplace_back(Work{.job = std::move(job).value(), .version = record.version});
    work.job.state = PurgeJob::State::kRunning;
    work.job.owner = owner_;
    work.job.files_found = work.job.files_deleted = work.job.files_kept = 0;
    // Where no other server can be, the record need not say that the job runs. Otherwise its version decides
    // between two that claim it at the same time.
    if (!store_.ReadsAreLocal() && !Save(work).ok()) batch_.pop_back();
  }
  return Status::Ok();
}

Status PurgeRunner::RunBatch() {
  FileSet unneeded;
  for (Work& work : batch_) {
    const Status gathered = Gather(work);
    if (stopping_) return gathered;
    if (!gathered.ok()) {
      Fail(work, gathered);
      continue;
    }
    for (const FileKind kind : kFileKinds) {
      for (const std::string& location : work.files.OfKind(kind)) unneeded.Insert(location, kind);
    }
    if (!work.metadata_is_damaged) unneeded.Insert(work.job.metadata_location, FileKind::kMetadata);
    Show(work);
  }
  LIFEBOAT_ASSIGN_OR_RETURN(const StoreState state, store_.State());
  uint64_t position = state.last_position;
  ReachabilityWalk walk(storage_, unneeded, [this] { return CheckAndRenew(); });
  LIFEBOAT_RETURN_IF_ERROR(KeepWhatTablesNeed(walk));
  for (Work& work : batch_) {
    if (work.failed) continue;
    const Status deleted = Delete(work, unneeded, walk, &position);
    if (stopping_) return deleted;
    if (!deleted.ok()) Fail(work, deleted);
    if (work.failed) continue;
    work.job.state = PurgeJob::State::kDone;
    const Status saved = Save(work);
    if (!saved.ok()) {
      work.job.state = PurgeJob::State::kRunning;
      Fail(work, saved);
      continue;
    }
    log::Info("table purged", {{"table", ToString(work.job.identifier)},
                               {"deleted_files", work.job.files_deleted},
                               {"kept_files", work.job.files_kept}});
  }
  return Status::Ok();
}

Status PurgeRunner::Gather(Work& work) {
  const std::string& location = work.job.metadata_location;
  const Result<std::string> text = storage_.Read(location);
  work.job.files_found = 1;
  work.job.error.clear();
  // It goes last, so everything else went before.
  if (text.status().code() == StatusCode::kNotFound) return Status::Ok();
  if (!text.ok()) return text.status();
  Status status;
  const auto metadata = Parse(*text, location, &status);
  if (metadata == nullptr) {
    // Trying again would not help: everything stays, for whoever finds the error.
    work.metadata_is_damaged = true;
    work.job.error = status.message();
    return Status::Ok();
  }
  CollectOptions options;
  std::vector<std::string> damaged;
  options.damaged = &damaged;
  options.content = metadata->Property("gc.enabled", "true") != "false";
  LIFEBOAT_RETURN_IF_ERROR(CollectFiles(
      storage_, metadata->snapshots, options, [this] { return CheckAndRenew(); }, &work.files));
  for (const auto& file : metadata->statistics)
    work.files.Insert(file->statistics_path, FileKind::kStatistics);
  for (const auto& file : metadata->partition_statistics) {
    work.files.Insert(file->statistics_path, FileKind::kStatistics);
  }
  for (const auto& entry : metadata->metadata_log)
    work.files.Insert(entry.metadata_file, FileKind::kMetadata);
  LIFEBOAT_ASSIGN_OR_RETURN(
      work.past_metadata_files,
      FindPastMetadataFiles(storage_, *metadata, location, [this] { return CheckAndRenew(); }));
  for (const std::string& past : work.past_metadata_files) work.files.Insert(past, FileKind::kMetadata);
  work.files.Erase(location);
  const size_t outside = work.files.EraseOutside(PlacesOf(metadata->location, metadata->properties));
  if (outside > 0) {
    work.job.files_kept += outside;
    work.job.error = fmt::format("{} files outside of the table's locations stay", outside);
  }
  if (!damaged.empty()) {
    work.job.error =
        fmt::format("{} damaged manifests and manifest lists, the first '{}': the files they name stay",
                    damaged.size(), damaged.front());
  }
  work.job.files_found = work.files.size() + 1;
  return Status::Ok();
}

Status PurgeRunner::KeepWhatTablesNeed(ReachabilityWalk& walk) {
  std::vector<Namespace> to_visit = {{}};
  while (!to_visit.empty()) {
    const Namespace name_space = std::move(to_visit.back());
    to_visit.pop_back();
    LIFEBOAT_RETURN_IF_ERROR(CheckAndRenew());
    const Result<Page<Namespace>> children = store_.ListNamespaces(name_space, {});
    if (children.status().code() == StatusCode::kNotFound) continue;  // dropped meanwhile
    if (!children.ok()) return children.status();
    to_visit.insert(to_visit.end(), children->items.begin(), children->items.end());
    if (name_space.empty()) continue;
    for (PageRequest page{"", kTablesPerPage};;) {
      const Result<Page<TableIdentifier>> tables = store_.ListTables(name_space, ObjectKind::kTable, page);
      if (tables.status().code() == StatusCode::kNotFound) break;
      if (!tables.ok()) return tables.status();
      for (const TableIdentifier& identifier : tables->items) {
        LIFEBOAT_RETURN_IF_ERROR(KeepTable(walk, identifier));
      }
      page.after = tables->next;
      if (page.after.empty()) break;
    }
  }
  return Status::Ok();
}

Status PurgeRunner::KeepTable(ReachabilityWalk& walk, const TableIdentifier& identifier) {
  LIFEBOAT_RETURN_IF_ERROR(CheckAndRenew());
  const Result<TableRecord> record = store_.LoadTable(identifier, ObjectKind::kTable);
  if (record.status().code() == StatusCode::kNotFound) return Status::Ok();
  if (!record.ok()) return record.status();
  Status status;
  const auto metadata = Parse(*record->metadata_json, record->metadata_location, &status);
  LIFEBOAT_RETURN_IF_ERROR(status);
  walk.KeepFile(record->metadata_location);
  for (const Work& work : batch_) {
    // The table lives on under another name, and what the change log names of it may be among these.
    if (metadata->table_uuid != work.job.table_uuid) continue;
    for (const std::string& past : work.past_metadata_files) walk.KeepFile(past);
  }
  // What a table lost before cannot be one of the files to keep.
  return walk.Keep(*metadata, ReachabilityWalk::Missing::kIsPassedOver)
      .WithContext("table " + ToString(identifier));
}

Status PurgeRunner::KeepTablesCreatedSince(ReachabilityWalk& walk, uint64_t* position) {
  for (;;) {
    LIFEBOAT_ASSIGN_OR_RETURN(const std::vector<ChangeLogEntry> entries,
                              store_.ReadChangeLog(*position, kTablesPerPage));
    for (const ChangeLogEntry& entry : entries) {
      for (const LoggedChange& change : entry.changes) {
        if (change.kind != ChangeKind::kCreate || change.object != ObjectKind::kTable) continue;
        LIFEBOAT_RETURN_IF_ERROR(KeepTable(walk, change.identifier));
      }
      *position = entry.position;
    }
    if (entries.size() < kTablesPerPage) return Status::Ok();
  }
}

Status PurgeRunner::Delete(Work& work, const FileSet& unneeded, ReachabilityWalk& walk, uint64_t* position) {
  FileRemover remover(storage_);
  for (const FileKind kind : kFileKinds) {
    LIFEBOAT_RETURN_IF_ERROR(DeleteGroups(work, work.files.OfKind(kind), remover, unneeded, walk, position));
  }
  return DeleteGroups(work, {work.job.metadata_location}, remover, unneeded, walk, position);
}

Status PurgeRunner::DeleteGroups(Work& work, const std::vector<std::string>& locations, FileRemover& remover,
                                 const FileSet& unneeded, ReachabilityWalk& walk, uint64_t* position) {
  for (size_t first = 0; first < locations.size(); first += FileRemover::kFilesAtOnce) {
    LIFEBOAT_RETURN_IF_ERROR(CheckAndRenew());
    if (work.failed) return Status::Ok();  // another server's now
    LIFEBOAT_RETURN_IF_ERROR(guard_.CurrentEpoch().status());
    LIFEBOAT_RETURN_IF_ERROR(KeepTablesCreatedSince(walk, position));
    Show(work);
    std::vector<std::string> group;
    for (size_t i = first; i < std::min(first + FileRemover::kFilesAtOnce, locations.size()); ++i) {
      if (unneeded.Contains(locations[i])) {
        group.push_back(locations[i]);
      } else {
        ++work.job.files_kept;
      }
    }
    Status failed;
    for (Status& status : remover.Delete(group)) {
      if (status.ok()) {
        ++work.job.files_deleted;
      } else if (failed.ok()) {
        failed = std::move(status);
      }
    }
    LIFEBOAT_RETURN_IF_ERROR(failed);  // what names the files that are left must stay
  }
  return Status::Ok();
}

void PurgeRunner::Fail(Work& work, const Status& error) {
  work.failed = true;
  if (stopping_) return;
  work.job.error = error.message();
  log::Warning("a dropped table is not purged yet",
               {{"table", ToString(work.job.identifier)}, {"error", error}});
  const Status saved = Save(work);
  if (saved.ok()) return;
  if (saved.code() == StatusCode::kConflict) return Lose(work);
  log::Warning("a purge job is not updated", {{"error", saved}});
}

void PurgeRunner::Lose(Work& work) {
  work.failed = true;
  log::Info("another server goes on with a purge", {{"table", ToString(work.job.identifier)}});
  MutexLock lock(mutex_);
  running_.erase(work.job.id);
}

Status PurgeRunner::Save(Work& work) {
  work.job.updated_micros = clock_.NowMicros();
  const Result<Applied> applied = commit_({RecordOf(work.job, work.version)});
  if (!applied.ok()) return applied.status();
  work.version = applied->position;
  MutexLock lock(mutex_);
  if (work.job.state == PurgeJob::State::kDone) {
    running_.erase(work.job.id);
  } else {
    running_.insert_or_assign(work.job.id, work.job);
  }
  return Status::Ok();
}

void PurgeRunner::Show(const Work& work) {
  MutexLock lock(mutex_);
  running_.insert_or_assign(work.job.id, work.job);
}

Status PurgeRunner::CheckAndRenew() {
  if (stopping_) return Status(StatusCode::kCancelled, "the server is stopping");
  const int64_t now_micros = clock_.MonotonicMicros();
  if (now_micros - renewed_micros_ < Duration(kRenewInterval).count()) return Status::Ok();
  renewed_micros_ = now_micros;
  for (Work& work : batch_) {
    if (work.failed || work.job.state != PurgeJob::State::kRunning) continue;
    const Status saved = Save(work);
    if (saved.code() == StatusCode::kConflict) {
      Lose(work);
      continue;
    }
    LIFEBOAT_RETURN_IF_ERROR(saved);
  }
  return Status::Ok();
}

}  // namespace lifeboat::catalog
