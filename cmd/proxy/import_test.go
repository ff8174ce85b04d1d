package main

import (
	"path/filepath"
	"regexp"
	"testing"
)

// What tcpdump saw of a real runner becomes a recording like one that was recorded: it gives back the logs and
// replays to the same ends. The capture is of gitlab-runner 17.9.0 with the stand-in for GitLab, the same jobs as those of fixtures/.
func TestImportRealCapture(t *testing.T) {
	p, stop, said := testProcess(t)
	defer stop()
	path := filepath.Join(t.TempDir(), "imported.db")
	p.args = []string{"proxy", "import", "../../capture/testdata/gitlab-runner-17.9.0.pcap.gz", path}
	if code := p.run(); code != exitOK {
		t.Fatalf("exit code %d\n%s", code, said)
	}
	for _, want := range []string{
		`upstream is http://127\.0\.0\.1:\d+, where the first call of the runner API went`,
		`read 99 packets of 5\.857s, 5 TCP connections\n`,
		`imported 20 exchanges, 4 jobs handed out, to \S+, \S+ kB\nproxy: kept as they are: \d bodies of [^\n]+\nproxy: looked into 2 archives: [^\n]+\n$`,
	} {
		if !regexp.MustCompile(want).MatchString(said.String()) {
			t.Errorf("it does not say %q\n%s", want, said)
		}
	}
	src, err := openRecording(path)
	mustDo(t, err)
	mustBeKnown(t, src, rebuild(t, src))
	mustDo(t, src.Close())
	replayScripted(t, path, false)
}
