// Finding: the outcome of one check of `lifeboat doctor`: what was looked at, and if it is wrong, what to do.
#ifndef LIFEBOAT_DOCTOR_FINDING_H_
#define LIFEBOAT_DOCTOR_FINDING_H_

#include <string>
#include <vector>

#include "base/status.h"

namespace lifeboat::app {

struct Finding {
  enum class Outcome { kGood, kWrong, kSkipped };
  std::string check;  // "catalog PRIMARY: token"
  Outcome outcome = Outcome::kGood;
  std::string detail;  // of kWrong: what is wrong and its remedy; of the others: what was found
};

using Findings = std::vector<Finding>;

inline void AddGood(Findings* findings, std::string check, std::string detail = "") {
  findings->push_back({std::move(check), Finding::Outcome::kGood, std::move(detail)});
}
inline void AddWrong(Findings* findings, std::string check, std::string detail) {
  findings->push_back({std::move(check), Finding::Outcome::kWrong, std::move(detail)});
}
inline void AddSkipped(Findings* findings, std::string check, std::string why) {
  findings->push_back({std::move(check), Finding::Outcome::kSkipped, std::move(why)});
}
// Good, or wrong with the status's message and `remedy`. True when good.
inline bool AddOutcome(Findings* findings, std::string check, const Status& status,
                       const std::string& remedy) {
  if (status.ok()) {
    AddGood(findings, std::move(check));
  } else {
    AddWrong(findings, std::move(check), status.message() + "; " + remedy);
  }
  return status.ok();
}

}  // namespace lifeboat::app

#endif  // LIFEBOAT_DOCTOR_FINDING_H_
