// Package bare makes repositories anew from what git was recorded saying, and has the installed git serve them.
//
// A recorded answer of git-upload-pack fits the one request that it was given to: another depth, another
// version of git, a clone that has more or less already, and its bytes are of no use. But its pack is good for
// all of them. So the packs of all answers of a project are put into one bare repository, which git itself
// then serves at any depth and in any version of its protocol:
//
//	g := bare.New(ctx, recording, log)
//	defer g.Close() // removes the folder
//	repository, err := g.Rebuild(answers)
//	err = repository.Refs(ctx, job, "version=2", w)
//	note, err := repository.Pack(ctx, job, "version=2", request, w)
//
// A repository is always whole: of each commit in it there is everything, down to the commits named in its file
// "shallow", where the recording's history ends. A pack that git sent to a client without anything is whole by
// itself. One for a client that had something already, or that left files out (a partial clone), is put in, looked
// at, and taken out again if something is missing then; for the jobs that fetched it there is an
// error with the reason, and their recorded bytes may still do.
//
// Refs are those of all recorded lists, the last said wins, and over them the lists that the asking job was given: each
// job sees the branches where they stood then. A ref whose object no pack brought is left out.
//
// A repository can do what git can with a shallow one. Depths beyond the recorded one end where the recording
// ends, as does a clone of everything; a fetch of everything (without a depth) brings the objects, but git itself leaves out
// the refs that lead to the shallow end.
//
// The installed git it is, and no library, since of go-git v5 (5.19.3) the server knows neither shallow
// clients nor protocol version 2 (plumbing/transport/server), which is what this is for. Git runs with an environment of
// our own: no configuration of the user or the machine, no hooks, no protocol to reach anybody by.
//
// git Documentation/gitprotocol-pack.txt, gitprotocol-v2.txt, git-http-backend.txt, gitformat-pack.txt, technical/shallow.txt
package bare
