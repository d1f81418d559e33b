// The story of `lifeboat demo`: a site dies and the analysts' queries go on.
//
// Everything happens below one folder: DIR/data, DIR/deployment, DIR/report.md, DIR/report.json. Each telling
// begins from nothing: what an earlier one left there, running or not, is cleared away first. Nothing is left
// running at the end.
#ifndef LIFEBOAT_DEMO_STORY_H_
#define LIFEBOAT_DEMO_STORY_H_

#include <string>

#include "base/result.h"
#include "lifeboat/advertising/plan.h"
#include "lifeboat/demo/report.h"
#include "lifeboat/deployment/deployment.h"

namespace lifeboat::app {

struct StoryOptions {
  std::string dir;
  advertising::Plan plan;
  int threads = 2;
  int trials = 1;  // how often the primary dies
  int appended_campaigns = 5;
  UpOptions up;  // where the lake is
};

// The report is written to the folder in any case; an error says why it could not be.
Result<Report> TellStory(const StoryOptions& options);

}  // namespace lifeboat::app

#endif  // LIFEBOAT_DEMO_STORY_H_
