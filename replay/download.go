package replay

import (
	"fmt"
	"net/http"
	"net/url"

	"runnertape"
	"runnertape/decode"
)

// download is what was recorded of one job's artifacts being fetched.
type download struct {
	whole    *recorded // a 200, from GitLab itself or from the storage it named; nil if none was recorded
	refusal  *recorded // 401, 403, 404: what it was when there was nothing to have
	location []string  // where redirects led
	moved    *object   // what one of them led to; nil if that was not recorded whole
	to       *url.URL  // where that is
}

// maxLocations bounds the redirects remembered of one producer; each has
// another signature, all lead to the same object.
const maxLocations = 16

// downloads are those of all jobs, by the job that made the artifacts.
type downloads map[int64]*download

// add takes a request for the artifacts of a job.
func (all downloads) add(x *runnertape.Exchange, producer int64) {
	if producer == 0 {
		return
	}
	d := all[producer]
	if d == nil {
		d = &download{}
		all[producer] = d
	}
	switch status := x.Status(); {
	case status == http.StatusOK && x.Request.Method == http.MethodGet:
		if a := remember(x); d.whole == nil || a.lost == "" || d.whole.lost != "" {
			d.whole = &a
		}
	case status >= 300 && status < 400:
		if location := x.Response.Header.Get("Location"); location != "" && len(d.location) < maxLocations {
			d.location = append(d.location, resolve(x, location))
		}
	case status == 401 || status == 403 || status == 404:
		a := remember(x)
		d.refusal = &a
	}
}

// resolve is a Location as an absolute URL.
func resolve(x *runnertape.Exchange, location string) string {
	base, err := url.Parse(x.URL())
	if err != nil {
		return location
	}
	to, err := base.Parse(location)
	if err != nil {
		return location
	}
	return to.String()
}

// follow finds the object that the redirects led to.
func (d *download) follow(storage map[string][]*object, producer int64) {
	for _, location := range d.location {
		to, err := url.Parse(location)
		if err != nil {
			continue
		}
		objects := storage[hostPort(to.Scheme, to.Host)+to.EscapedPath()]
		for _, o := range objects {
			o.producer = producer
		}
		if o := find(objects, to.RawQuery); o != nil && o.status == http.StatusOK && d.moved == nil {
			if d.moved, d.to = o, to; d.whole == nil {
				d.whole = &o.recorded
			}
		}
	}
}

// downloadArtifacts answers GET jobs/:id/artifacts, where id is the job that
// made them: what it has uploaded in this replay, else what was recorded. A redirect is given again
// where the runner then comes to us ([Replayer.redirect]); else the bytes it led to are given at
// once, as GitLab does for stores without direct download.
//
// gitlab-runner commands/helpers/artifacts_downloader.go, network/gitlab.go
// DownloadArtifacts
func (r *Replayer) downloadArtifacts(w http.ResponseWriter, req *http.Request, call decode.Call) outcome {
	if refused := r.refuseDownload(req, call.JobID); refused != nil {
		return r.give(w, req, call.JobID, *refused)
	}
	d := r.index.downloads.get(r.index)[r.index.number(call.JobID)]
	made := r.archiveOf(call.JobID)
	if to := r.redirect(req, d, made); to != "" {
		w.Header().Set("Location", to)
		return reply{status: http.StatusFound, body: "This resource has been moved temporarily to " + to + "."}.write(w)
	}
	switch {
	case made != nil:
		return r.giveArchive(w, req, call.JobID, made, d.header(), true)
	case d != nil && d.whole != nil && d.whole.lost != "":
		return r.miss(w, req, call.JobID, fmt.Sprintf("artifacts of job %d: %s", call.JobID, d.whole.lost))
	case d != nil && d.whole != nil:
		return r.replay(w, req, d.whole)
	case d != nil && d.refusal != nil && len(d.location) == 0:
		return r.replay(w, req, d.refusal)
	case d != nil && len(d.location) > 0:
		return r.miss(w, req, call.JobID, fmt.Sprintf("artifacts of job %d: GitLab redirected to storage at %s, which was not recorded whole; record over a forward way, or with --rewrite-urls",
			call.JobID, hostOf(d.location[0])))
	}
	return r.miss(w, req, call.JobID, fmt.Sprintf("artifacts of job %d were not downloaded while recording", call.JobID))
}

// hostOf is the host of an absolute URL.
func hostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return "another host"
	}
	return u.Host
}

// refuseDownload is the answer to who may not have what a job made; nil if he may: with that job's own token, with one that a payload
// gave for it, or with that of a job that runs. Of a job that the recording does not have no token is known.
//
// GitLab lib/api/ci/runner.rb get '/:id/artifacts', lib/api/ci/helpers/runner.rb authenticate_job_via_dependent_job!
func (r *Replayer) refuseDownload(req *http.Request, producer int64) *reply {
	asker := r.index.job(r.jobOf(r.live(req)))
	if asker != nil && asker.id != producer {
		if asker.processing() {
			return nil
		}
		return &reply{status: http.StatusForbidden, body: message{"403 Forbidden"}, note: fmt.Sprintf("its token is that of job %d, which is not running", asker.id)}
	}
	made := r.index.job(producer)
	token := jobToken(req)
	if made == nil || r.index.lends(loan{made.number, r.live(req).Recorded(token)}) {
		return nil
	}
	return r.stranger(req, made, token)
}

// processing tells whether a runner has the job, and nobody has ended it.
func (j *job) processing() bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.takes()
}
