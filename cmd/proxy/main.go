// Command proxy records, replays and prints what GitLab Runner and GitLab say to
// each other. See `proxy --help`.
package main

import "os"

func main() {
	p, stop := newProcess(os.Args, os.Stdout, os.Stderr)
	code := p.run()
	stop()
	os.Exit(code)
}
