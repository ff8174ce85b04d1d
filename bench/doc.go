// Command bench compares what it costs to stand between GitLab Runner and GitLab:
// a direct connection, a byte-for-byte splice, [httputil.ReverseProxy], bare goproxy, the real
// `proxy record`, and mitmdump where it is installed.
//
// It runs as several processes, each of them this program again but for the recorder and
// mitmdump: the driver, which measures nothing but what /proc says; one upstream; one
// client; and each subject. They talk over loopback. Upstream and client are written
// on [net.Conn] with a parser for what is said here and no more, so that they are not
// what is measured. All share the machine's cores: only ratios of one run count.
//
// A workload is run on fresh processes. First comes a round in which every body is
// hashed on both ends; a subject that fails it, or whose recording is not whole and
// complete at the end, gets "wrong" instead of figures. Then the subjects take turns, round
// by round, so that whatever else the machine does hits all of them. Medians
// are of the rounds, and ratios are medians of the ratios within one round.
//
//	go run ./bench                            all of it, about a quarter of an hour
//	go run ./bench -quick                     whether it works, in less than a minute
//	go run ./bench -only '^poll/http/16/'     one workload; the names are WORKLOAD/SUBJECT
//	go run ./bench -memory                    peak memory of the recorder alone
//	go run ./bench -redaction                 what redaction costs the recorder
//	go run ./bench -replay                    how soon a replay listens, and how fast it answers
//	go run ./bench -list                      how fast a recording is printed
//	go run ./bench -write docs/benchmarks.md  and put the tables there
//
// [httputil.ReverseProxy]: https://pkg.go.dev/net/http/httputil#ReverseProxy
package main
