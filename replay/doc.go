// Package replay answers an unmodified gitlab-runner from a recording, as the
// GitLab it was recorded from would.
//
// A [Replayer] is an http.Handler. It stands behind the same front door as a
// recorder does, and is told by a request's URL how the runner came: without a
// host in it the runner's base URL is ours, and what the runner gets is made to
// name us; with one the runner named the real host, and gets what was recorded.
//
// It is a machine of the protocol, not a list of answers. Between two runs of
// the same job almost nothing is the same: the trace begins with the runner's
// version and host, is cut into pieces by time, and carries another checksum;
// newer runners send updates that older ones do not; helpers and git come on
// connections of their own. So of the recording only that is given again which
// the runner cannot do without (job payloads, artifacts, git's packs), and
// everything else is answered by GitLab's rules from what this runner has sent.
// A recorded 416, a redirect to storage, or a refusal to poll is never given
// again: the first kills runners, the second leads nowhere, the third silences
// them for an hour.
//
// Of git's packs a [Repository] can be made, if Options say by whom, that answers what was never asked;
// else the recorded bytes must do.
//
// What has an order is a lane. Polling is one: each recorded job is handed out
// once, in recorded order, but not before the jobs whose artifacts it needs have
// ended; to the runner that plays the part of the one that got it then, if there were
// several; and once more, under a number and a token of its own, if its runner was
// lost, or in the next round of a loop. Each job is another: its trace, updates and artifacts. Between lanes
// there is freedom, and any number of runners may come at once. Where somebody
// stopped a recorded job, this one is told the same as soon as its trace is as
// long, or it has run as long, as the other had then.
//
//	r, err := replay.New(recording, replay.Options{Logger: log})
//	if err != nil { … }
//	go http.Serve(listener, r)
//	<-r.Done()
//	fmt.Fprint(os.Stderr, r.Receipt().Summary())
//
// Tokens are compared as the recording has them: a runner may present the original one, the
// stand-in that the payload gave it, or one of its own, and which one shows nowhere.
//
// The package is closed: it has no means to dial. What the recording cannot
// answer is a [Miss]: answered with 404 and the reason, logged, and counted in
// the [Receipt], which also says how each job ended, then and now.
//
// At the start only the recording's table of contents is read, if it has one
// ([Listed]): of each job where it is, 32 bytes. A job is read when it is looked at
// to be handed out, its lane when it is handed out, and git, storage and the like
// when somebody asks for the first of them. Of a job that has ended stays what the
// receipt needs; of traces a checksum, of uploads where they are kept; bodies pass in streams. Polls
// and pieces of trace take no memory.
package replay
