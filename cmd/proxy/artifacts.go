package main

import (
	"fmt"
	"net/url"
	"strings"

	"runnertape"
	"runnertape/contents"
	"runnertape/decode"
)

// artifactsOf finds the artifacts that a job's exchanges hold, uploads first.
func artifactsOf(src recording, selected exchanges) ([]*artifact, error) {
	var uploads, downloads []*artifact
	var led []redirected
	for x, err := range selected {
		if err != nil {
			return nil, err
		}
		if x.Decoded == nil {
			continue
		}
		switch decode.Endpoint(x.Decoded.Endpoint) {
		case decode.UploadArtifacts:
			a, err := uploaded(src, x)
			if err != nil {
				return nil, err
			}
			if a != nil {
				uploads = append(uploads, a)
			}
		case decode.DownloadArtifacts:
			name := fmt.Sprintf("download:%d", decode.Classify(x.Request.Method, x.Request.Path()).JobID)
			if x.Status() == 200 && (x.Response.Body.Stored > 0 || x.Response.Body.Dropped()) {
				downloads = append(downloads, &artifact{name: name, exchange: x, side: runnertape.ResponseSide})
			} else if to, err := url.Parse(locationOf(x)); err == nil && to.Host != "" {
				led = append(led, redirected{name, to.Host, to.EscapedPath()})
			}
		case decode.ObjectStorage:
			for _, r := range led {
				if x.Status() == 200 && x.Request.Method == "GET" && r.leadsTo(x) {
					downloads = append(downloads, &artifact{name: r.name, exchange: x, side: runnertape.ResponseSide})
					break
				}
			}
		}
	}
	return append(uploads, downloads...), nil
}

// uploaded is the artifact of an upload; nil if there is none in it, as when it was led elsewhere.
func uploaded(src recording, x *runnertape.Exchange) (*artifact, error) {
	name, kind := "", ""
	switch body := &x.Request.Body; {
	case body.Dropped():
		if m, _ := decode.ParseMessage(x.Decoded); m != nil { // of what it says there is no other trace
			name = m.(*decode.UploadArtifactsMessage).Filename
		}
	case body.Stored == 0:
		return nil, nil
	default:
		form, err := contents.FormEnds(contents.OfBody(src, x.ID, runnertape.RequestSide), body.Stored, x.Request.Header.Get("Content-Type"))
		if err != nil || len(form.Parts) == 0 {
			return nil, err
		}
		name = form.Parts[0].Filename
	}
	if query, err := url.ParseQuery(x.Request.Query()); err == nil {
		kind = query.Get("artifact_type")
	}
	return &artifact{name: name, kind: kindOf(kind), exchange: x, side: runnertape.RequestSide}, nil
}

// redirected is a download that was led to a storage.
type redirected struct{ name, host, path string }

func (r redirected) leadsTo(x *runnertape.Exchange) bool {
	return r.path == x.Request.Path() && strings.EqualFold(withoutPort(r.host), withoutPort(x.Host))
}

// withoutPort is a host without the port that its scheme has anyway.
func withoutPort(host string) string {
	return strings.TrimSuffix(strings.TrimSuffix(host, ":443"), ":80")
}

func locationOf(x *runnertape.Exchange) string {
	if x.Response == nil {
		return ""
	}
	return x.Response.Header.Get("Location")
}
