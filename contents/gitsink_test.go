package contents

import (
	"bytes"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// A sink is given what the summary tells of, in the samples of real git.
func TestGitSink(t *testing.T) {
	packs, refs := 0, 0
	for name, body := range samples(t) {
		var pack bytes.Buffer
		var names, lines []string
		git, err := ReadGitTo(from(body), "", strings.Contains(name, "sha256"), GitSink{
			Pack: &pack,
			Ref:  func(r Ref) { names = append(names, r.ID+" "+r.Name) },
			Line: func(line string) { lines = append(lines, line) },
		})
		must(t, err)
		var want []string
		for _, r := range git.Refs {
			want = append(want, r.ID+" "+r.Name)
		}
		if diff := cmp.Diff(want, names); diff != "" {
			t.Errorf("%s: refs -summary +sink:\n%s", name, diff)
		}
		for _, id := range git.Wants {
			if !slices.ContainsFunc(lines, func(line string) bool { return strings.HasPrefix(line, "want "+id) }) {
				t.Errorf("%s: no line wants %s: %q", name, id, lines)
			}
		}
		if git.Pack != nil {
			packs++
			whole := &packReader{sha256: strings.Contains(name, "sha256")}
			io.Copy(whole, &pack)
			if again := whole.end(new(faults)); *again != *git.Pack {
				t.Errorf("%s: the sink got %+v of %+v", name, again, git.Pack)
			}
		} else if pack.Len() > 0 {
			t.Errorf("%s: the sink got %d bytes of no pack", name, pack.Len())
		}
		refs += len(names)
	}
	if packs < 4 || refs < 4 {
		t.Errorf("%d packs and %d refs in all samples", packs, refs)
	}
}

// More refs than a summary names are given.
func TestGitSinkRefs(t *testing.T) {
	const id = "0123456789012345678901234567890123456789"
	body := pkt(id + " HEAD\x00symref=HEAD:refs/heads/main")
	for range 2 * MaxNames {
		body += pkt(id + " refs/heads/x\n")
	}
	n := 0
	git, err := ReadGitTo(from([]byte(body+"0000")), "", false, GitSink{Ref: func(Ref) { n++ }})
	must(t, err)
	if n != 2*MaxNames+1 || git.RefCount != int64(n) || len(git.Refs) != MaxNames {
		t.Errorf("%d refs given, %d counted, %d named", n, git.RefCount, len(git.Refs))
	}
}

// What a sink cannot take ends the reading with its error.
func TestGitSinkFails(t *testing.T) {
	for _, name := range []string{"fetch-v2-answer", "fetch-v0-without-side-band"} {
		_, err := ReadGitTo(from(samples(t)[name]), "", false, GitSink{Pack: full{}})
		if !errors.Is(err, errDisk) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

type full struct{}

func (full) Write([]byte) (int, error) { return 0, errDisk }
