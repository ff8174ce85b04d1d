package findings

import (
	"runnertape/decode"
)

var (
	downloadForbidden = kind("download_forbidden", Fault, "2.8")
	downloadMissing   = kind("download_not_found", Fault, "2.8")
	downloadFailed    = kind("download_failed", Warning, "2.8")
	downloadCut       = kind("download_cut", Warning, "2.8")
	downloadLost      = kind("download_lost", Fault, "2.8")
	downloadNotZip    = kind("download_no_archive", Warning, "1.3.9")
	redirectUnseen    = kind("redirect_not_followed", Note, "4.1")
	helpersUnseen     = kind("helpers_elsewhere", Note, "4.1")
	twoStep           = kind("download_two_steps", Note, "1.3.10")
)

// downloadAnswered looks at one try of a download.
func downloadAnswered(s *seen) {
	m, ok := isOf[*decode.DownloadArtifactsMessage](s)
	if !ok {
		return
	}
	why := because(m.Answer.ErrorText)
	switch from := m.ProducerJobID; {
	case s.status == 401 || s.status == 403:
		s.say(downloadForbidden, "download of the artifacts of job %d was answered %d%s: it is not tried again, and the stage fails", from, s.status, why)
	case s.status == 404:
		s.say(downloadMissing, "download of the artifacts of job %d was answered 404%s: it is not tried again, and the stage fails", from, why)
	case s.status >= 400 && s.status != 429:
		s.say(downloadFailed, "download of the artifacts of job %d was answered %d%s: three tries are made", from, s.status, why)
	case m.Truncated:
		s.say(downloadCut, "download of the artifacts of job %d broke off after %s%s", from, count(m.BodyBytes, "byte"), s.failure())
	case s.status == 302 && s.version.Since(19, 0) && s.x.Request.Header.Get("X-Request-Id") == "":
		s.say(twoStep, "download of the artifacts of job %d is asked for twice: since 19.0 the first answer only tells where the storage is", from)
	case s.status == 200 && m.Archive == "" && m.BodyBytes >= 4:
		s.say(downloadNotZip, "download of the artifacts of job %d was answered 200 with what is no archive, of type %s", from, quote(m.ContentType))
	}
}

// downloadsLost are artifacts that never came.
func downloadsLost(v *view) {
	last := map[int64]decode.Download{}
	tries := map[int64]int{}
	for _, d := range v.Downloads {
		last[d.ProducerJobID] = d
		tries[d.ProducerJobID]++
	}
	for _, d := range v.Downloads {
		n := tries[d.ProducerJobID]
		if n == 0 {
			continue // said before
		}
		tries[d.ProducerJobID] = 0
		end := last[d.ProducerJobID]
		if end.Status >= 200 && end.Status < 400 && !end.Truncated || end.Status == 401 || end.Status == 403 || end.Status == 404 {
			continue
		}
		v.sayOf(downloadLost, count(d.ProducerJobID, ""), d.Exchange, "the artifacts of job %d never came: %s, the last answered %s",
			d.ProducerJobID, tried(n), outcome(end.Status)).rest(end.Exchange)
	}
}

// redirectsNotFollowed are downloads sent to a storage nobody was seen asking.
func redirectsNotFollowed(v *view) {
	if v.side.redirected != 0 && len(v.Storage) == 0 {
		v.say(redirectUnseen, v.side.redirected, "a download was sent to %s, and nothing of that is in the recording: the helper's way there does not pass here",
			quote(v.side.redirectedTo))
	}
}

// helpersElsewhere is a job whose helpers passed the recorder by: they are processes
// of their own, in containers with a proxy environment of their own. That nothing
// was uploaded may also mean that no file was there.
func helpersElsewhere(v *view) {
	if v.Payload == 0 || v.State != "success" {
		return
	}
	switch {
	case v.side.wants > 0 && len(v.Downloads) == 0:
		v.say(helpersUnseen, v.Payload, "the job passed without any of its %s in the recording: its helpers go another way", count(v.side.wants, "download"))
	case v.side.makes > 0 && len(v.Uploads) == 0:
		v.say(helpersUnseen, v.Payload, "the job passed without any of its %s in the recording: its helpers go another way, or no file was there", count(v.side.makes, "upload"))
	}
}
