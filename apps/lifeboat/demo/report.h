// Report: the evidence of a demo, as report.json for programs and report.md for people.
#ifndef LIFEBOAT_DEMO_REPORT_H_
#define LIFEBOAT_DEMO_REPORT_H_

#include <boost/json/object.hpp>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/status.h"

namespace lifeboat::app {

struct ReportStep {
  std::string name;
  double seconds = 0;
  bool done = false;
  std::string note;
};

struct ReportCheck {
  std::string name;
  bool held = false;
  std::string detail;
};

// One death of a primary under a client's open session.
struct FailoverTrial {
  std::string killed;                  // account
  std::string moved_to;                // account that answered first afterwards
  double seconds_to_first_answer = 0;  // from SIGKILL to the first answer by another account
  int64_t answered = 0;                // queries of the loop, before and after
  int64_t failed = 0;
  int64_t wrong_counts = 0;  // answers that differed from the one before the kill
  int64_t renewals = 0;      // of the client's session
  bool session_survived = false;
  std::string first_error;
};

struct Report {
  int64_t started_micros = 0;
  double seconds = 0;
  std::vector<ReportStep> steps;
  std::map<std::string, int64_t> counts_before, counts_after;
  std::vector<FailoverTrial> trials;
  std::vector<ReportCheck> checks;
  std::string error;  // why it stopped early; empty when it went to its end

  void Check(std::string name, bool held, std::string detail);
  // It went to its end and every check held.
  bool Succeeded() const;
};

// The q-quantile of the trials' seconds (nearest rank); 0 without trials.
double SecondsQuantile(const std::vector<FailoverTrial>& trials, double q);

boost::json::object ReportJson(const Report& report);
std::string ReportMarkdown(const Report& report);
// DIR/report.json and DIR/report.md.
Status WriteReport(const Report& report, const std::string& dir);

}  // namespace lifeboat::app

#endif  // LIFEBOAT_DEMO_REPORT_H_
