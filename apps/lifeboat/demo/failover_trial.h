// A failover trial: an account process is killed while a client queries through the connection in a loop.
#ifndef LIFEBOAT_DEMO_FAILOVER_TRIAL_H_
#define LIFEBOAT_DEMO_FAILOVER_TRIAL_H_

#include "base/result.h"
#include "lifeboat/demo/report.h"
#include "lifeboat/deployment/deployment.h"

namespace lifeboat::app {

// Kills the connection's present primary with SIGKILL and watches what the client sees. An error means that
// the trial could not be run; what went wrong for the client is in the result.
Result<FailoverTrial> RunFailoverTrial(Deployment& deployment);

// Starts the killed account again and makes PRIMARY the connection's primary, for the next trial.
Status RestoreAfterTrial(Deployment& deployment);

}  // namespace lifeboat::app

#endif  // LIFEBOAT_DEMO_FAILOVER_TRIAL_H_
