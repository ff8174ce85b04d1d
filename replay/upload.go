package replay

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
)

// uploadArtifacts answers POST jobs/:id/artifacts. The body is read to its end
// before anything is answered, since the helper is still writing it and would
// see a broken pipe; of its content a hash is kept.
//
// gitlab-runner commands/helpers/artifacts_uploader.go, network/gitlab.go
// UploadRawArtifacts; GitLab lib/api/ci/runner.rb post '/:id/artifacts'
func (r *Replayer) uploadArtifacts(w http.ResponseWriter, req *http.Request, id int64) outcome {
	query := req.URL.Query()
	u := Upload{
		Type:   cmp.Or(query.Get("artifact_type"), "archive"),
		Format: cmp.Or(query.Get("artifact_format"), "zip"),
	}
	body := r.body(w, req)
	err := hashParts(req.Header.Get("Content-Type"), body, &u)
	if _, rest := io.Copy(io.Discard, body); err == nil && rest != nil {
		err = fmt.Errorf("read request body: %w", rest)
	}
	j := r.index.job(id)
	if j == nil {
		return r.noJob(w, req, id)
	}
	if err != nil {
		return r.give(w, req, id, unread(err))
	}
	live := r.live(req)
	u.Type, u.Format, u.Filename = live.Text(u.Type), live.Text(u.Format), live.Text(u.Filename)
	return r.give(w, req, id, r.upload(j, u))
}

// upload takes one whole upload. What the upstream never took is refused again,
// for the job ended as it did because of that. A second one of the same artifact replaces the
// first, whose answer was lost.
func (r *Replayer) upload(j *job, u Upload) reply {
	j.mu.Lock()
	defer j.mu.Unlock()
	if !j.takes() {
		return j.refuse()
	}
	if status := j.barred[u.kind()]; status != 0 {
		return reply{
			status: status,
			body:   message{fmt.Sprintf("%d %s", status, http.StatusText(status))},
			note:   fmt.Sprintf("artifact %s was refused when it was recorded", u),
		}
	}
	for i := range j.sent {
		if j.sent[i].same(u) {
			j.sent[i] = u
			return reply{status: http.StatusCreated, body: "201"}
		}
	}
	if len(j.sent) < maxNotes {
		j.sent = append(j.sent, u)
	}
	return reply{status: http.StatusCreated, body: "201"}
}

// hashParts reads a multipart body to its end and notes the part "file" in u.
func hashParts(contentType string, body io.Reader, u *Upload) error {
	boundary, err := boundaryOf(contentType)
	if err != nil {
		return err
	}
	parts := multipart.NewReader(body, boundary)
	found := false
	for {
		part, err := parts.NextRawPart()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return fmt.Errorf("read multipart body: %w", err)
		}
		sum := sha256.New()
		n, err := io.Copy(sum, part)
		if err != nil {
			return fmt.Errorf("read part %q: %w", part.FormName(), err)
		}
		if part.FormName() == "file" {
			found = true
			u.Filename, u.Bytes, u.SHA256 = part.FileName(), n, hex.EncodeToString(sum.Sum(nil))
		}
	}
	if !found {
		return errors.New(`multipart body has no part "file"`)
	}
	return nil
}

// boundaryOf is the boundary in a Content-Type.
func boundaryOf(contentType string) (string, error) {
	media, params, err := mime.ParseMediaType(contentType)
	if err != nil || media != "multipart/form-data" || params["boundary"] == "" {
		return "", errors.New("artifacts did not come as multipart/form-data")
	}
	return params["boundary"], nil
}
