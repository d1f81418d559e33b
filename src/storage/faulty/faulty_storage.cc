#include "storage/faulty/faulty_storage.h"

#include <algorithm>
#include <utility>

#include "base/check.h"

namespace lifeboat::storage {
namespace {

bool ChangesSomething(Operation operation) {
  return operation == Operation::kWrite || operation == Operation::kCommit || operation == Operation::kDelete;
}

bool Matches(const FaultRule& rule, Operation operation, const std::string& location) {
  const bool kind = rule.operations.empty() || std::find(rule.operations.begin(), rule.operations.end(),
                                                         operation) != rule.operations.end();
  return kind && location.find(rule.location_contains) != std::string::npos;
}

std::string_view Kept(std::string_view bytes, double fraction) {
  // At least one byte is lost, if there is one.
  const auto size = static_cast<size_t>(static_cast<double>(bytes.size()) * fraction);
  return bytes.substr(0, std::min(size, bytes.empty() ? 0 : bytes.size() - 1));
}

}  // namespace

std::string_view OperationName(Operation operation) {
  switch (operation) {
    case Operation::kStat:
      return "stat";
    case Operation::kRead:
      return "read";
    case Operation::kReadRange:
      return "read range";
    case Operation::kWrite:
      return "write";
    case Operation::kOpenWriter:
      return "open writer";
    case Operation::kAppend:
      return "append";
    case Operation::kCommit:
      return "commit";
    case Operation::kSync:
      return "sync";
    case Operation::kDelete:
      return "delete";
    case Operation::kList:
      return "list";
  }
  return "?";
}

// Keeps what was appended until Commit, where the plan decides how much of it reaches the inner storage.
class FaultyWriter final : public ObjectWriter {
 public:
  FaultyWriter(FaultyStorage* storage, std::string location, WriteOptions options)
      : storage_(storage), location_(std::move(location)), options_(options) {}

  Status Append(std::string_view bytes) override {
    LIFEBOAT_RETURN_IF_ERROR(CheckUsable());
    const FaultyStorage::Verdict verdict = storage_->Judge(Operation::kAppend, location_);
    if (verdict.effect == Effect::kNone) bytes_ += bytes;
    status_ = verdict.status;
    return status_;
  }

  Status Commit() override {
    LIFEBOAT_RETURN_IF_ERROR(CheckUsable());
    committed_ = true;
    status_ = storage_->Publish(Operation::kCommit, location_, [this](double keep) -> Status {
      LIFEBOAT_ASSIGN_OR_RETURN(std::unique_ptr<ObjectWriter> writer,
                                storage_->inner_->OpenWriter(location_, options_));
      LIFEBOAT_RETURN_IF_ERROR(writer->Append(keep < 1.0 ? Kept(bytes_, keep) : bytes_));
      return writer->Commit();
    });
    return status_;
  }

 private:
  Status CheckUsable() const {
    if (committed_)
      return Status::FailedPrecondition("the writer of '{}' is finished; open another", location_);
    return status_;
  }

  FaultyStorage* const storage_;
  const std::string location_;
  const WriteOptions options_;
  std::string bytes_;
  Status status_;
  bool committed_ = false;
};

FaultyStorage::FaultyStorage(Storage* inner, FaultPlan plan, uint64_t seed, Clock& clock)
    : inner_(inner), clock_(clock), random_(seed), plan_(std::move(plan)), counters_(plan_.rules.size()) {}

FaultyStorage::~FaultyStorage() = default;

void FaultyStorage::SetPlan(FaultPlan plan) {
  MutexLock lock(mutex_);
  plan_ = std::move(plan);
  counters_.assign(plan_.rules.size(), {});
}

void FaultyStorage::SetDown(bool down) {
  MutexLock lock(mutex_);
  down_ = down;
}

std::vector<InjectedFault> FaultyStorage::faults() const {
  MutexLock lock(mutex_);
  return faults_;
}

uint64_t FaultyStorage::operations() const {
  MutexLock lock(mutex_);
  return operations_;
}

FaultyStorage::Verdict FaultyStorage::Judge(Operation operation, const std::string& location) {
  Duration delay{0};
  Verdict verdict = Decide(operation, location, &delay);
  if (delay.count() > 0) clock_.SleepFor(delay);
  return verdict;
}

FaultyStorage::Verdict FaultyStorage::Decide(Operation operation, const std::string& location,
                                             Duration* delay) {
  MutexLock lock(mutex_);
  const uint64_t number = ++operations_;
  if (down_) {
    return {Effect::kDrop,
            Status::Unavailable("cannot {} '{}': the store is down", OperationName(operation), location)};
  }
  const FaultRule* chosen = nullptr;
  for (size_t i = 0; i < plan_.rules.size(); ++i) {
    const FaultRule& rule = plan_.rules[i];
    Counter& counter = counters_[i];
    if (!Matches(rule, operation, location)) continue;
    ++counter.matched;
    const bool due = (rule.nth == 0 || counter.matched == rule.nth) &&
                     (rule.every == 0 || counter.matched % rule.every == 0) &&
                     (rule.at_most == 0 || counter.fired < rule.at_most);
    if (chosen != nullptr || !due) continue;
    if (rule.probability < 1.0 && random_.Uniform() >= rule.probability) continue;
    ++counter.fired;
    chosen = &rule;
    faults_.push_back({number, operation, location, i});
  }
  if (chosen == nullptr) return {};
  *delay = chosen->delay;
  Verdict verdict;
  verdict.effect = chosen->effect;
  switch (chosen->effect) {
    case Effect::kNone:
      break;
    case Effect::kDrop:
      verdict.status =
          Status::Unavailable("cannot {} '{}': the store did not answer", OperationName(operation), location);
      break;
    case Effect::kFail:
      verdict.status =
          Status::Make(chosen->code, "cannot {} '{}': injected fault", OperationName(operation), location);
      break;
    case Effect::kTear:
      verdict.keep = random_.Uniform();
      [[fallthrough]];
    case Effect::kPublishThenFail:
      verdict.status = Status::Make(
          ChangesSomething(operation) ? StatusCode::kCommitStateUnknown : StatusCode::kUnavailable,
          "the answer to {} '{}' was lost", OperationName(operation), location);
      break;
  }
  return verdict;
}

Status FaultyStorage::Publish(Operation operation, const std::string& location,
                              const std::function<Status(double keep)>& publish) {
  const Verdict verdict = Judge(operation, location);
  if (verdict.effect == Effect::kDrop || verdict.effect == Effect::kFail) return verdict.status;
  LIFEBOAT_RETURN_IF_ERROR(publish(verdict.keep));
  return verdict.status;
}

Result<ObjectInfo> FaultyStorage::Stat(const std::string& location) {
  LIFEBOAT_RETURN_IF_ERROR(Judge(Operation::kStat, location).status);
  return inner_->Stat(location);
}

Result<std::string> FaultyStorage::Read(const std::string& location) {
  return CutShort(Judge(Operation::kRead, location), [&] { return inner_->Read(location); });
}

Result<std::string> FaultyStorage::ReadRange(const std::string& location, uint64_t offset, uint64_t length) {
  return CutShort(Judge(Operation::kReadRange, location),
                  [&] { return inner_->ReadRange(location, offset, length); });
}

Result<std::string> FaultyStorage::CutShort(const Verdict& verdict,
                                            const std::function<Result<std::string>()>& read) {
  if (verdict.effect != Effect::kTear) {
    LIFEBOAT_RETURN_IF_ERROR(verdict.status);
    return read();
  }
  LIFEBOAT_ASSIGN_OR_RETURN(std::string bytes, read());
  bytes.resize(Kept(bytes, verdict.keep).size());
  return bytes;
}

Status FaultyStorage::Write(const std::string& location, std::string_view bytes,
                            const WriteOptions& options) {
  return Publish(Operation::kWrite, location, [&](double keep) {
    return inner_->Write(location, keep < 1.0 ? Kept(bytes, keep) : bytes, options);
  });
}

Result<std::unique_ptr<ObjectWriter>> FaultyStorage::OpenWriter(const std::string& location,
                                                                const WriteOptions& options) {
  LIFEBOAT_RETURN_IF_ERROR(Judge(Operation::kOpenWriter, location).status);
  // Opened only to learn whether the location can be written at all.
  LIFEBOAT_RETURN_IF_ERROR(inner_->OpenWriter(location, options).status());
  return std::unique_ptr<ObjectWriter>(std::make_unique<FaultyWriter>(this, location, options));
}

Status FaultyStorage::Sync(const std::vector<std::string>& locations) {
  const Verdict verdict = Judge(Operation::kSync, locations.empty() ? "" : locations.front());
  if (verdict.effect == Effect::kDrop || verdict.effect == Effect::kFail) return verdict.status;
  LIFEBOAT_RETURN_IF_ERROR(inner_->Sync(locations));
  return verdict.status;
}

Status FaultyStorage::Delete(const std::string& location) {
  return Publish(Operation::kDelete, location, [&](double) { return inner_->Delete(location); });
}

std::vector<Status> FaultyStorage::DeleteMany(const std::vector<std::string>& locations) {
  std::vector<Status> outcomes(locations.size());
  std::vector<size_t> passed;
  std::vector<std::string> passed_locations;
  for (size_t i = 0; i < locations.size(); ++i) {
    const Verdict verdict = Judge(Operation::kDelete, locations[i]);
    outcomes[i] = verdict.status;
    if (verdict.effect == Effect::kDrop || verdict.effect == Effect::kFail) continue;
    passed.push_back(i);
    passed_locations.push_back(locations[i]);
  }
  const std::vector<Status> of_passed = inner_->DeleteMany(passed_locations);
  for (size_t i = 0; i < passed.size(); ++i) {
    if (!of_passed[i].ok()) outcomes[passed[i]] = of_passed[i];
  }
  return outcomes;
}

Status FaultyStorage::List(const std::string& prefix, const std::function<Status(const ObjectInfo&)>& visit) {
  const Verdict verdict = Judge(Operation::kList, prefix);
  if (verdict.effect != Effect::kTear) {
    LIFEBOAT_RETURN_IF_ERROR(verdict.status);
    return inner_->List(prefix, visit);
  }
  std::vector<ObjectInfo> objects;
  LIFEBOAT_RETURN_IF_ERROR(inner_->List(prefix, [&objects](const ObjectInfo& object) {
    objects.push_back(object);
    return Status::Ok();
  }));
  objects.resize(static_cast<size_t>(static_cast<double>(objects.size()) * verdict.keep));
  for (const ObjectInfo& object : objects) LIFEBOAT_RETURN_IF_ERROR(visit(object));
  return verdict.status;
}

}  // namespace lifeboat::storage
