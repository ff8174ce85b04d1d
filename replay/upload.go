package replay

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"time"

	"runnertape/received"
)

// uploadArtifacts answers POST jobs/:id/artifacts. The body is read to its end
// before anything is answered, since the helper is still writing it and would
// see a broken pipe; its file is kept for who needs it.
//
// gitlab-runner commands/helpers/artifacts_uploader.go, network/gitlab.go
// UploadRawArtifacts; GitLab lib/api/ci/runner.rb post '/:id/artifacts'
func (r *Replayer) uploadArtifacts(w http.ResponseWriter, req *http.Request, id int64) outcome {
	query := req.URL.Query()
	u := &sent{Upload: Upload{
		Type:   cmp.Or(query.Get("artifact_type"), "archive"),
		Format: cmp.Or(query.Get("artifact_format"), "zip"),
	}}
	body := r.body(w, req)
	err := r.receiveForm(req.Header.Get("Content-Type"), body, u)
	if _, rest := io.Copy(io.Discard, body); err == nil && rest != nil {
		err = fmt.Errorf("read request body: %w", rest)
	}
	defer u.dropUnlessKept()
	j := r.index.job(id)
	if j == nil {
		return r.noJob(w, req, id)
	}
	if refused := r.stranger(req, j, jobToken(req)); refused != nil {
		return r.give(w, req, id, *refused)
	}
	live := r.live(req)
	u.Type, u.Format, u.Filename = live.Text(u.Type), live.Text(u.Format), live.Text(u.Filename)
	if err != nil {
		if _, ours := errors.AsType[*keepError](err); ours {
			return r.notKept(w, req, j, u, err)
		}
		return r.give(w, req, id, unread(err))
	}
	p, err := r.upload(j, u)
	if err != nil {
		return r.notKept(w, req, j, u, err)
	}
	return r.give(w, req, id, p)
}

// sent is an artifact that this runner uploaded.
type sent struct {
	Upload
	content *received.Content
	at      time.Time // when it was whole
	kept    bool      // content is to be had

	compared chan struct{} // closed when Compared is known; nil if there is nothing to compare with
}

func (u *sent) dropUnlessKept() {
	if !u.kept && u.content != nil {
		u.content.Drop()
	}
}

// upload takes one whole upload. What the upstream never took is refused again,
// for the job ended as it did because of that. Of each type GitLab takes one: the same
// again is that whose answer was lost, and another is refused. The error is one of keeping it.
//
// GitLab app/services/ci/job_artifacts/create_service.rb
func (r *Replayer) upload(j *job, u *sent) (reply, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if !j.takes() {
		return j.refuse(), nil
	}
	if status := j.barred[u.kind()]; status != 0 {
		return reply{
			status: status,
			body:   message{fmt.Sprintf("%d %s", status, http.StatusText(status))},
			note:   fmt.Sprintf("artifact %s was refused when it was recorded", u.Upload),
		}, nil
	}
	if have := j.uploaded(u.Type); have != nil {
		if have.SHA256 == u.SHA256 {
			return reply{status: http.StatusCreated, body: "201"}, nil
		}
		return reply{
			status: http.StatusBadRequest,
			body:   message{"another artifact of the same type already exists"},
			note:   fmt.Sprintf("artifact %s: the job has uploaded another one of that type", u.Upload),
		}, nil
	}
	if len(j.sent) < maxNotes {
		if err := u.content.Keep(fmt.Sprintf("job %d %q: %s, %d bytes", j.id, j.name, u.Upload, u.Bytes)); err != nil {
			return reply{}, err
		}
		u.kept, u.at = true, r.now()
		j.sent = append(j.sent, u)
		r.compareUpload(j, u)
	}
	return reply{status: http.StatusCreated, body: "201"}, nil
}

// uploaded is the artifact of that type that this runner has uploaded for the job; nil if none was. The job is locked.
func (j *job) uploaded(kind string) *sent {
	if i := slices.IndexFunc(j.sent, func(u *sent) bool { return u.Type == kind }); i >= 0 {
		return j.sent[i]
	}
	return nil
}

// notKept answers an upload that there is no room for, as GitLab does when its disk is full: the runner tries again. It is
// said once for all.
func (r *Replayer) notKept(w http.ResponseWriter, req *http.Request, j *job, u *sent, err error) outcome {
	r.sayKeepless(err)
	j.mu.Lock()
	j.note(fmt.Sprintf("artifact %s was not taken: %v", u.Upload, err))
	j.mu.Unlock()
	r.debug(req, "upload not kept", "job", j.id, "err", err)
	return reply{status: http.StatusInternalServerError, body: message{"500 Internal Server Error"}}.write(w)
}

// sayKeepless says once for all that there is no room.
func (r *Replayer) sayKeepless(err error) {
	if !r.keepless.Swap(true) {
		r.log.Error("uploads cannot be kept, and are answered with 500: make room; PROXY_RECEIVED or TMPDIR may name a folder elsewhere", "err", err)
	}
}
