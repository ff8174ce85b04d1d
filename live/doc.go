// Package live reads a recording while it is being made.
//
// A recording's file is locked by the recorder that writes it. Beside it, at the
// recording's path with ".sock" added, is a unix socket through which the recorder
// answers readers: [Serve] on the recorder's side, [Open] on the other. A [Reader]
// goes on with the file when the recorder has ended, in whatever way, so that it loses
// nothing; [Reader.Follow] yields exchanges as they end.
//
// # A reader does not slow the recorder
//
// Readers ask, the recorder never sends by itself. It answers in pages of bounded size, each
// made in short transactions and held by nobody while a reader thinks about it. Pages are
// made one at a time, however many readers there are ([MaxReaders] connections), with a
// rest after each while the recorder is busy. A reader that stops in the middle of an answer is cut off after
// [patience], and comes back by itself.
//
// # Who may read
//
// The socket has mode 0600 from the moment it has its name: it is bound in a folder that only its
// owner can enter, and then moved. What passes is what is in the file: stand-ins, no secrets.
//
// # The protocol, version 1
//
// HTTP/1.1 over the socket. Each answer says the version in the header field
// Runnertape-Live, and a reader of another version stops there; and in Runnertape-Recorder a name
// of the recorder's run. A request may say whom it means, since another recorder may
// have come to the same path.
//
//	GET /header                      the recording's header, JSON
//	GET /exchanges/ID                one exchange, JSON; 404 if there is none
//	GET /exchanges?from=ID           a page: exchanges of that id and later, JSON, one a line
//	      &pending=ID,ID             before them those of these that have ended
//	      &after=N                   only when there was another commit than number N
//	GET /bodies/ID/request|response  content of a body
//	      ?from=OFFSET               from that byte on
//
// A page has Runnertape-More: true if another may follow, and in Runnertape-Commit the
// number of a commit that is wholly in it, or in the pages before. A body that could not
// be read to its end has the reason in the trailer field Runnertape-Error. Other answers:
// 410 the recorder that was meant has ended and let go of the file, 503 too many readers, 500 with the reason.
package live
