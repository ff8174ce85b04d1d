package replay

import (
	"fmt"
	"strings"
)

// Summary is the receipt in a few lines for a person: one for all, one for each
// job that did not end as recorded, one for each kind of miss. Without a full
// stop and with no secret in it.
func (c Receipt) Summary() string {
	var b strings.Builder
	handed, same, endless := 0, 0, 0
	for _, j := range c.Jobs {
		if j.HandedOut {
			handed++
		}
		switch {
		case !j.Same():
		case j.Recorded.State == "":
			endless++
		default:
			same++
		}
	}
	ended := fmt.Sprintf("%d ended as recorded", same)
	if endless > 0 {
		ended += fmt.Sprintf(", %d with no recorded end", endless)
	}
	fmt.Fprintf(&b, "%s recorded, %d handed out, %s; %d served, %d synthesised, %d missed\n",
		count(len(c.Jobs), "job"), handed, ended, c.Served, c.Synthesised, c.Missed)
	if c.Anonymous > 0 {
		fmt.Fprintf(&b, "%s answered by the address alone, with a token that is not in the recording\n", count(int(c.Anonymous), "request"))
	}
	writeFaults(&b, c.Faults)
	for i, j := range c.Jobs {
		if i >= maxLines {
			fmt.Fprintf(&b, "… and %s more\n", count(len(c.Jobs)-i, "job"))
			break
		}
		fmt.Fprintf(&b, "job %d %q: %s", j.ID, j.Name, j.words())
		for _, d := range j.Differences {
			fmt.Fprintf(&b, "\n  %s", d)
		}
		if words := j.artifactWords(); words != "" {
			fmt.Fprintf(&b, "\n  %s", words)
		}
		if words := j.logWords(); words != "" {
			fmt.Fprintf(&b, "\n  %s", words)
		}
		b.WriteByte('\n')
	}
	if c.Recording.Skipped > 0 {
		fmt.Fprintf(&b, "%s not replayed: the payload was not recorded whole\n", count(c.Recording.Skipped, "job"))
	}
	for _, note := range c.Notes {
		fmt.Fprintf(&b, "%s\n", note)
	}
	writeMisses(&b, "missed", c.Misses)
	writeMisses(&b, "refused", c.WrongTokens)
	return b.String()
}

// writeMisses has a line for each reason.
func writeMisses(b *strings.Builder, what string, misses []Miss) {
	seen := map[string]bool{}
	for _, m := range misses {
		if seen[m.Reason] {
			continue
		}
		if seen[m.Reason] = true; len(seen) > maxLines {
			fmt.Fprintf(b, "… and more %s\n", what)
			break
		}
		fmt.Fprintf(b, "%s %s %s: %s\n", what, m.Method, m.Path, m.Reason)
	}
}

// String is the Summary.
func (c Receipt) String() string { return c.Summary() }

// maxLines bounds the jobs and the misses that a summary lists.
const maxLines = 20

// Same tells whether the job ended, and as it was recorded, as often as it was played to its end. With no recorded end any
// will do.
func (j JobReceipt) Same() bool {
	return j.Ended && j.Replayed.like(j.Recorded) && j.Otherwise == 0
}

// words are what became of the job.
func (j JobReceipt) words() string {
	if !j.HandedOut {
		return "nobody asked for it"
	}
	s := j.Replayed.State
	if j.Replayed.ExitCode != 0 {
		s += fmt.Sprintf(" (exit code %d)", j.Replayed.ExitCode)
	}
	switch {
	case j.Recorded.State == "":
		s += ", no recorded end"
	case j.Same():
		s += ", as recorded"
	}
	return s + ", trace " + count(int(j.TraceBytes), "byte")
}

// count is like "1 job" or "2 jobs".
func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// Same tells whether nothing was missed, nobody showed a wrong token, every recorded job was handed out, and each ended as it did.
func (c Receipt) Same() bool {
	for _, j := range c.Jobs {
		if !j.Same() {
			return false
		}
	}
	return c.Missed == 0 && len(c.WrongTokens) == 0 && len(c.Unused) == 0
}
