package findings

import (
	"net/url"
	"strings"

	"runnertape/decode"
)

var (
	uploadTooLarge  = kind("upload_too_large", Fault, "1.3.8")
	uploadForbidden = kind("upload_forbidden", Fault, "1.3.8")
	uploadRefused   = kind("upload_refused", Warning, "1.3.8")
	uploadBusy      = kind("upload_unavailable", Warning, "2.7")
	uploadCut       = kind("upload_cut", Warning, "2.7")
	uploadSent      = kind("upload_redirected", Note, "2.7")
	uploadRootLost  = kind("upload_root_lost", Fault, "2.7")
	uploadTurned    = kind("upload_turned_get", Warning, "2.7")
	uploadLost      = kind("upload_lost", Fault, "2.7")
)

// uploadAnswered looks at one try of an upload.
func uploadAnswered(s *seen) {
	m, ok := isOf[*decode.UploadArtifactsMessage](s)
	if !ok {
		return
	}
	why := because(m.Answer.ErrorText)
	name := uploadName(m.Type, m.Filename)
	switch {
	case s.status == 413:
		s.say(uploadTooLarge, "upload of %s, %s, was answered 413%s: it is not tried again, nor are the artifacts that follow", name, count(m.BodyBytes, "byte"), why)
	case s.status == 403:
		s.say(uploadForbidden, "upload of %s was answered 403%s: it is not tried again", name, why)
	case s.status == 503:
		s.say(uploadBusy, "upload of %s was answered 503%s: six tries are made", name, why)
	case s.status >= 400 && s.status != 429:
		s.say(uploadRefused, "upload of %s was answered %d%s: three tries are made", name, s.status, why)
	case m.Truncated && s.x.Request.Body.Bytes > 0:
		s.say(uploadCut, "upload of %s broke off after %s%s; nothing is kept of it", name, count(m.BodyBytes, "byte"), s.failure())
	}
}

func uploadName(kind, filename string) string {
	if kind == "" {
		kind = "archive"
	}
	if filename == "" {
		return clean(kind, 40)
	}
	return clean(kind, 40) + " " + quote(filename)
}

// uploadRedirected looks at where a 3xx sends an upload: up to 17.9 a runner takes
// of it the host, and no path.
func uploadRedirected(s *seen) {
	m, ok := isOf[*decode.UploadArtifactsMessage](s)
	if !ok || m.Location == "" {
		return
	}
	to, err := url.Parse(m.Location)
	if err != nil {
		return
	}
	prefix, _, _ := strings.Cut(s.x.Request.Path(), "/api/v4/")
	there, _, inAPI := strings.Cut(to.EscapedPath(), "/api/v4/")
	switch {
	case s.status == 301 || s.status == 302 || s.status == 303:
		s.say(uploadTurned, "upload was answered %d: the runner sends a GET without body to %s instead", s.status, quote(to.Host))
	case s.status == 308 && s.version.Before(17, 10):
		s.say(uploadRefused, "upload was answered 308, which a runner of version %s does not follow: three tries are made", s.version)
	case s.version.Before(17, 10) && (!inAPI || there != prefix):
		s.say(uploadRootLost, "upload was sent to path %s, but a runner of version %s takes only scheme and host of it: it asks %s there",
			quote(to.Path), s.version, quote(s.x.Request.Path()))
	default:
		s.say(uploadSent, "upload was answered %d: it goes to %s", s.status, quote(to.Host))
	}
}

// uploadsLost are artifacts of which no try was kept.
func uploadsLost(v *view) {
	type artifact struct{ kind, filename string }
	tries := map[artifact][]decode.Upload{}
	var order []artifact
	for _, u := range v.Uploads {
		name := artifact{u.Type, u.Filename}
		if u.Filename == "" && len(order) > 0 && order[len(order)-1].kind == u.Type {
			name = order[len(order)-1] // a try that broke off before it said so
		}
		if tries[name] == nil {
			order = append(order, name)
		}
		tries[name] = append(tries[name], u)
	}
	for _, name := range order {
		list := tries[name]
		first, last := list[0], list[len(list)-1]
		if last.Status == 201 || last.Status == 403 || last.Status == 413 || v.redirectedUpload(last) {
			continue
		}
		v.sayOf(uploadLost, name.kind+name.filename, first.Exchange, "%s was not kept: %s, the last answered %s",
			uploadName(name.kind, name.filename), tried(len(list)), outcome(last.Status)).rest(last.Exchange)
	}
}

func tried(n int) string {
	if n == 1 {
		return "1 try"
	}
	return count(n, "try")
}

// redirectedUpload tells whether an upload was sent elsewhere: what came of it may
// not have passed here.
func (v *view) redirectedUpload(u decode.Upload) bool { return u.Status >= 300 && u.Status < 400 }
