// FaultyStorage: a Storage that misbehaves on purpose, the same way for the same seed and the same calls.
//
// It wraps another Storage and consults a plan before each operation: a rule names operations (kind, part of
// the location), when it fires (the nth match, every nth, with a probability) and what happens (delay,
// refusal, an error of a given code, a torn write or read). Tests and the simulator use it to show that
// callers survive what real stores do: time out after having published, lose the answer, end a body early.
//
//   FaultPlan plan;
//   plan.Add({.operations = {Operation::kWrite}, .location_contains = "/metadata/", .nth = 3,
//             .effect = Effect::kPublishThenFail});
//   FaultyStorage storage(&inner, std::move(plan), /*seed=*/42, clock);
#ifndef LIFEBOAT_STORAGE_FAULTY_FAULTY_STORAGE_H_
#define LIFEBOAT_STORAGE_FAULTY_FAULTY_STORAGE_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/mutex.h"
#include "base/random.h"
#include "base/result.h"
#include "storage/storage.h"

namespace lifeboat::storage {

// kAppend and kCommit are those of a writer; kOpenWriter begins it.
enum class Operation {
  kStat,
  kRead,
  kReadRange,
  kWrite,
  kOpenWriter,
  kAppend,
  kCommit,
  kSync,
  kDelete,
  kList
};
std::string_view OperationName(Operation operation);

enum class Effect {
  kNone,             // the delay alone
  kDrop,             // kUnavailable; the store never saw it
  kFail,             // `code`; the store never saw it
  kPublishThenFail,  // the operation takes place, then its answer is lost: kCommitStateUnknown for Write,
                     // Commit and Delete, kUnavailable for others
  kTear,  // Read and ReadRange return a prefix as if it were all (a body cut short); a Write or Commit
          // publishes a prefix, then the answer is lost (kCommitStateUnknown): what a store that is
          // not atomic leaves after a crash; List ends early with kUnavailable
};

// When several triggers are set, all must agree.
struct FaultRule {
  std::vector<Operation> operations;  // empty: all
  std::string location_contains;      // empty: all
  uint64_t nth = 0;                   // fires at the nth matching operation only (1-based); 0: no such limit
  uint64_t every = 0;                 // fires at every nth matching operation; 0: no such limit
  uint64_t at_most = 0;               // fires this many times at most; 0: no limit
  double probability = 1.0;
  Duration delay{0};  // slept on the clock before the effect
  Effect effect = Effect::kNone;
  StatusCode code = StatusCode::kInternal;  // for kFail
};

// Rules are tried in order; the first that fires decides, later ones still count the operation as matching.
struct FaultPlan {
  std::vector<FaultRule> rules;
  FaultPlan& Add(FaultRule rule) {
    rules.push_back(std::move(rule));
    return *this;
  }
};

// One line a fault, in the order they happened.
struct InjectedFault {
  uint64_t operation_number;  // counts all operations of this storage, from 1
  Operation operation;
  std::string location;
  size_t rule;  // index into the plan
};

class FaultyStorage : public Storage {
 public:
  // `inner` and `clock` must outlive it and the writers it opened.
  FaultyStorage(Storage* inner, FaultPlan plan, uint64_t seed, Clock& clock = SystemClock());
  ~FaultyStorage() override;

  // Replaces the plan and forgets its counters; the random sequence goes on.
  void SetPlan(FaultPlan plan);
  // While down every operation is kUnavailable, without consulting the plan.
  void SetDown(bool down);
  std::vector<InjectedFault> faults() const;
  uint64_t operations() const;

  Result<ObjectInfo> Stat(const std::string& location) override;
  Result<std::string> Read(const std::string& location) override;
  Result<std::string> ReadRange(const std::string& location, uint64_t offset, uint64_t length) override;
  Status Write(const std::string& location, std::string_view bytes, const WriteOptions& options) override;
  Result<std::unique_ptr<ObjectWriter>> OpenWriter(const std::string& location,
                                                   const WriteOptions& options) override;
  Status Sync(const std::vector<std::string>& locations) override;
  bool WritesAreDurable(const std::string& location) const override {
    return inner_->WritesAreDurable(location);
  }
  Status Delete(const std::string& location) override;
  // Every location is an operation of its own to the plan.
  std::vector<Status> DeleteMany(const std::vector<std::string>& locations) override;
  Status List(const std::string& prefix, const std::function<Status(const ObjectInfo&)>& visit) override;

 private:
  friend class FaultyWriter;

  // What to do about one operation: the effect, the status to return, and where to cut.
  struct Verdict {
    Effect effect = Effect::kNone;
    Status status;
    double keep = 1.0;  // kTear: the fraction that survives
  };
  // Counts the operation, picks the rule, sleeps its delay.
  Verdict Judge(Operation operation, const std::string& location);
  Verdict Decide(Operation operation, const std::string& location, Duration* delay);
  // An operation that changes something: `publish` does it, with the fraction of the bytes that survives.
  Status Publish(Operation operation, const std::string& location,
                 const std::function<Status(double keep)>& publish);
  static Result<std::string> CutShort(const Verdict& verdict,
                                      const std::function<Result<std::string>()>& read);

  Storage* const inner_;
  Clock& clock_;
  mutable Mutex mutex_;
  SeededRandom random_ GUARDED_BY(mutex_);
  FaultPlan plan_ GUARDED_BY(mutex_);
  struct Counter {
    uint64_t matched = 0;
    uint64_t fired = 0;
  };
  std::vector<Counter> counters_ GUARDED_BY(mutex_);
  bool down_ GUARDED_BY(mutex_) = false;
  uint64_t operations_ GUARDED_BY(mutex_) = 0;
  std::vector<InjectedFault> faults_ GUARDED_BY(mutex_);
};

}  // namespace lifeboat::storage

#endif  // LIFEBOAT_STORAGE_FAULTY_FAULTY_STORAGE_H_
