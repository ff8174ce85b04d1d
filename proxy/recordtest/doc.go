// Package recordtest records in a Go test, and replays what was recorded: with `go test -update` a test talks to a real GitLab through
// a recorder, without it to a replay of the recording, as package replaytest makes it. The test's body is the same for both.
//
//	func TestRunner(t *testing.T) {
//		srv := recordtest.Start(t, "testdata/two-jobs.txtar", recordtest.Options{
//			Upstream: os.Getenv("GITLAB_URL"), // needed with -update only, as is the token
//			Token:    os.Getenv("GITLAB_RUNNER_TOKEN"),
//		})
//		run(t, srv.URL(), srv.Token()) // the program under test
//	}
//
// The recorder is that of `proxy record`: every byte passes on, and tokens, passwords and masked variables have stand-ins before
// they are on disk. Git and object storage come through it too: of the reverse way the URLs in a job's payload are made to
// lead here, when recording as when replaying. What else is secret [Options] may say.
//
// A recording takes the place of the old one when the test has passed: a file all at once, a folder so that no half of
// one passes for a recording. If it failed, or what was recorded
// could not be replayed, the old one stays as it is, and no folder is made. Recordings are text recordings (docs/format.md), one file or a folder, as the path says, to be read in
// git diff before they are committed; what is secret in the old one too keeps its stand-in.
//
// Without -update a test fails whose recording is not there, and says how to make it. It is never skipped.
//
// # The flag -update
//
// Importing this package registers the flag -update, unless a package that was initialised before has done so, whose flag is
// then asked. A test package that defines a flag -update itself is initialised after it, and panics with "flag redefined: update":
// it leaves out its own flag, and asks [Updating] instead. Where that cannot be, since the flag is another library's, the variable
// PROXY_UPDATE decides, true or false: if it is set no flag is registered here, and none is asked. [Options.Update]
// records whatever both say, for tests with a flag of another name.
package recordtest
