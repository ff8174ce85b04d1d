package contents

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "rewrite the golden files")

var errDisk = errors.New("disk is broken")

// Adding a case is adding a file to testdata/git: the base64 of a body. They were made by git 2.39.5,
// `git upload-pack --stateless-rpc` and receive-pack.
func TestGitSamples(t *testing.T) {
	for name, body := range samples(t) {
		t.Run(name, func(t *testing.T) {
			git, err := ReadGit(from(body), "", strings.Contains(name, "sha256"))
			must(t, err)
			got, err := json.MarshalIndent(git, "", "  ")
			must(t, err)
			golden := "testdata/git/" + name + ".json"
			if *update {
				must(t, os.WriteFile(golden, append(got, '\n'), 0o644))
			}
			want, err := os.ReadFile(golden)
			must(t, err)
			if diff := cmp.Diff(strings.TrimSpace(string(want)), string(got)); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
			mustSay(t, git.Faults, "")

			dripped, err := ReadGit(dripping(body), "", strings.Contains(name, "sha256"))
			must(t, err)
			if diff := cmp.Diff(git, dripped); diff != "" {
				t.Errorf("byte by byte it is something else:\n%s", diff)
			}
		})
	}
}

func TestGitPacked(t *testing.T) {
	body := samples(t)["fetch-v2-answer"]
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	z.Write(body)
	must(t, z.Close())
	want, err := ReadGit(from(body), "", false)
	must(t, err)
	got, err := ReadGit(from(packed.Bytes()), "gzip", false)
	must(t, err)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("packed it is something else:\n%s", diff)
	}
	for encoding, says := range map[string]string{"gzip": "it is said to be gzip", "br": `content encoding "br" is not known`} {
		got, err := ReadGit(from(body), encoding, false)
		must(t, err)
		mustSay(t, got.Faults, says)
	}
}

// However a body is cut, that is said, and what came before stays.
func TestGitCut(t *testing.T) {
	for name, body := range samples(t) {
		whole, err := ReadGit(from(body), "", strings.Contains(name, "sha256"))
		must(t, err)
		for n := range body {
			git, err := ReadGit(from(body[:n]), "", strings.Contains(name, "sha256"))
			must(t, err)
			if git.RefCount > whole.RefCount || git.WantCount > whole.WantCount || git.Pack != nil && git.Pack.Agrees && whole.Pack.Bytes != git.Pack.Bytes {
				t.Fatalf("%s cut at %d has %+v", name, n, git)
			}
			if git.Pack != nil && git.Pack.Bytes < whole.Pack.Bytes {
				mustSay(t, git.Faults, "it is cut off or changed")
			}
		}
		if _, err := ReadGit(failing(body, int64(len(body)/2)), "", false); !errors.Is(err, errDisk) {
			t.Errorf("%s: error %v", name, err)
		}
	}
}

func pkt(text string) string { return fmt.Sprintf("%04x%s", len(text)+4, text) }

func TestGitOddities(t *testing.T) {
	id := strings.Repeat("a", 40)
	tests := []struct {
		name, body, says string
		check            func(*Git) bool
	}{
		{"empty", "", "", func(g *Git) bool { return true }},
		{"html", "<html>", "no pkt-line at byte 0", func(g *Git) bool { return g.RefCount == 0 }},
		{"a length of 3", "0003", "no pkt-line at byte 0", func(g *Git) bool { return true }},
		{"a length beyond", "fff1", "no pkt-line at byte 0", func(g *Git) bool { return true }},
		{"negative", "-001", "no pkt-line at byte 0", func(g *Git) bool { return true }},
		{"two bytes", "00", "cut off, in a pkt-line at byte 0", func(g *Git) bool { return true }},
		{"empty lines", "000000040005\x010006\x01\x02", "", func(g *Git) bool { return true }},
		{"no pack", pkt("\x01PACK"), "4 bytes are in the place of a pack", func(g *Git) bool { return g.Pack == nil }},
		{"many refs", strings.Repeat(pkt(id+" refs/heads/x\n"), 1000), "", func(g *Git) bool { return g.RefCount == 1000 && len(g.Refs) == MaxNames }},
		{"many wants", strings.Repeat(pkt("want "+id+"\n"), 1000), "", func(g *Git) bool { return g.WantCount == 1000 && len(g.Wants) == MaxNames }},
		{"long name", pkt(id + " " + strings.Repeat("x", 60000)), "", func(g *Git) bool { return len(g.Refs[0].Name) < 2*maxText }},
		{"progress", pkt("\x02a: 1%\ra: 2") + pkt("\x02%\ra: 3%\nlast"), "", func(g *Git) bool { return slices.Equal(g.Progress, []string{"a: 3%", "last"}) }},
		{"long progress", strings.Repeat(pkt("\x02"+strings.Repeat("x", 60000)), 100), "", func(g *Git) bool { return len(g.Progress) == 1 && len(g.Progress[0]) <= maxText }},
		{"much progress", pkt("\x02" + strings.Repeat("x\n", 30000)), "", func(g *Git) bool { return len(g.Progress) == MaxNames }},
		{"refused", pkt("\x03access denied\n"), "", func(g *Git) bool { return g.Error == "access denied" }},
		{"unborn", pkt("unborn HEAD symref-target:refs/heads/main\n"), "", func(g *Git) bool { return g.Refs[0] == Ref{Name: "HEAD", Target: "refs/heads/main"} }},
		{"empty repository", pkt(strings.Repeat("0", 40) + " capabilities^{}\x00ofs-delta"), "", func(g *Git) bool { return g.RefCount == 0 && len(g.Capabilities) == 1 }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			git, err := ReadGit(from([]byte(tt.body)), "", false)
			must(t, err)
			mustSay(t, git.Faults, tt.says)
			if !tt.check(git) {
				t.Errorf("%+v", git)
			}
		})
	}
}
