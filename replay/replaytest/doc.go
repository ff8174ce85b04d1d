// Package replaytest replays a recording in a Go test: a GitLab that hands out the recorded jobs, for a runner, or anything
// that speaks to GitLab as one does.
//
//	func TestRunner(t *testing.T) {
//		srv := replaytest.Start(t, "testdata/passing-job.txtar")
//		run(t, srv.URL(), srv.Token())          // the program under test
//		if got := srv.Job(42).State(); got != "success" {
//			t.Errorf("job 42 ended %s", got)
//		}
//	}
//
// The recording is what `proxy record` or package recordtest has made: a text recording, in one file or in a folder, or a
// database. It must be there: a test without its recording fails, it is not skipped.
//
// A [Server] listens on a port of its own on 127.0.0.1, and can be reached in the three ways that a recorder can: as the URL of
// GitLab, as the proxy for an http:// GitLab, and as the proxy for an https:// one, whose certificates a CA signs that
// is made for the test. It connects nowhere. Any token is good. Many may run at once: nothing is shared.
//
// When the test ends the server is stopped, and what happened is compared with what was recorded. The test fails
//
//   - on a miss: a request that the recording cannot answer, with the nearest that it could;
//   - on a wrong job token: a request for one job with the token of another, of none, or without one;
//   - on an unused job: one that nobody asked for. That is not said of a test that has failed before, whose cause it would hide;
//   - on a difference: a job that ended otherwise than recorded, or with other artifacts.
//
// [Options] allow each. The words are those of [replay.Receipt], which a test gets from [Server.Receipt], and which is in the
// test's log. So a test of a program that does what it did when it was recorded needs no line of its own to say so. What
// it says beyond that it asks of [Server.Job]: how the job ended, its log and its artifacts as the runner sent them.
//
// A program that is a child process finds the server in its environment, [Server.Env]; one that is waited for until
// the jobs are done is a case for [Server.Wait]. docs/testing.md has examples, also for other languages.
package replaytest
