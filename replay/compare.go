package replay

import (
	"crypto/sha256"
	"fmt"
	"io"
	"slices"
	"strings"

	"runnertape"
	"runnertape/contents"
	"runnertape/redact"
)

// Comparison is how an uploaded artifact differs from the recorded one of its type.
type Comparison struct {
	Exchange uint64   `json:"exchange"`          // the recorded upload
	Result   Result   `json:"result"`            // in short
	Bytes    int64    `json:"bytes,omitempty"`   // of the recorded file; 0 if not known
	Removed  int64    `json:"removed,omitempty"` // files that were only then
	Added    int64    `json:"added,omitempty"`   // files that are only now
	Changed  int64    `json:"changed,omitempty"` // files of another size or checksum
	Files    []string `json:"files,omitempty"`   // the first of these, each behind "-", "+" or "~"
	Reason   string   `json:"reason,omitempty"`  // why there is no list
}

// Result is what a comparison found.
type Result string

// The results of comparisons.
const (
	SameContent Result = "same"         // byte for byte
	SameFiles   Result = "same files"   // the archives differ, as in times or order, the files in them do not
	OtherFiles  Result = "other files"  // files differ
	Other       Result = "other"        // the content differs, and is no archive that could be read
	Uncompared  Result = "not compared" // the recorded one is not there
)

// Same tells whether it is the same, as far as anybody can want.
func (c *Comparison) Same() bool { return c.Result == SameContent || c.Result == SameFiles }

// compareUpload compares an artifact with the recorded one of its type, beside the traffic. The job is locked.
func (r *Replayer) compareUpload(j *job, u *sent) {
	i := slices.IndexFunc(j.uploads, func(p pastUpload) bool { return p.Type == u.Type })
	if i < 0 {
		return
	}
	then, compared := j.uploads[i], make(chan struct{})
	u.compared = compared
	go func() { // ends with the comparison
		defer close(compared)
		r.comparing <- struct{}{}
		defer func() { <-r.comparing }()
		c := &Comparison{Exchange: then.exchange}
		if err := r.compare(c, &then, u); err != nil {
			c.Result, c.Reason = Uncompared, err.Error()
		}
		if r.key != nil {
			rules := redact.New(r.key)
			for i, name := range c.Files {
				c.Files[i] = rules.String(name)
			}
		}
		j.mu.Lock()
		defer j.mu.Unlock()
		u.Compared = c
	}()
}

// compare fills c in. It reads what is kept of both, with memory that does not grow with them.
func (r *Replayer) compare(c *Comparison, then *pastUpload, now *sent) error {
	if then.body.Dropped() {
		return compareDigest(c, then, now)
	}
	open := contents.OfBody(r.src, then.exchange, runnertape.RequestSide)
	form, err := contents.ReadForm(open, then.contentType)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(form.Parts, func(p contents.Part) bool { return p.Name == "file" })
	if i < 0 {
		return fmt.Errorf("the recorded one has no file: %s", strings.Join(form.Faults, "; "))
	}
	part := form.Parts[i]
	if c.Bytes = part.Bytes; part.SHA256.String() == now.SHA256 {
		c.Result = SameContent
		return nil
	}
	return compareFiles(c,
		archive{contents.Section(open, part.Offset), part.Bytes, then.Format},
		archive{now.content.Open, now.Bytes, now.Format})
}

// compareDigest compares with a form of which only the digest was kept, by making it of the content that came now.
//
// mime/multipart, by which gitlab-runner makes it
func compareDigest(c *Comparison, then *pastUpload, now *sent) error {
	boundary, err := boundaryOf(then.contentType)
	if err != nil || then.body.SHA256 == (runnertape.Digest{}) {
		c.Result, c.Reason = Uncompared, lost(then.body)
		return nil
	}
	content, err := now.content.Open(0)
	if err != nil {
		return err
	}
	defer content.Close()
	sum := sha256.New()
	fmt.Fprintf(sum, "--%s\r\nContent-Disposition: form-data; name=\"file\"; filename=\"%s\"\r\nContent-Type: application/octet-stream\r\n\r\n",
		boundary, strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(then.Filename))
	if _, err := io.Copy(sum, content); err != nil {
		return err
	}
	fmt.Fprintf(sum, "\r\n--%s--\r\n", boundary)
	if c.Result = SameContent; runnertape.Digest(sum.Sum(nil)) != then.body.SHA256 {
		c.Result, c.Reason = Other, lost(then.body)
	}
	return nil
}

// artifactWords says how the artifacts of a job differ, in one line; "" if they do not, or nobody can tell.
func (j JobReceipt) artifactWords() string {
	var differ []string
	for _, u := range j.Uploads {
		c := u.Compared
		switch {
		case c == nil || c.Same() || c.Result == Uncompared:
		case c.Result == OtherFiles:
			differ = append(differ, fmt.Sprintf("%s: of its files %d only then, %d only now, %d with other content, as %q", u, c.Removed, c.Added, c.Changed, c.Files[0]))
		case c.Bytes > 0:
			differ = append(differ, fmt.Sprintf("%s: other content, %d bytes then, %d now", u, c.Bytes, u.Bytes))
		default:
			differ = append(differ, fmt.Sprintf("%s: other content", u))
		}
	}
	if len(differ) == 0 {
		return ""
	}
	return "artifacts: " + strings.Join(differ, "; ")
}
