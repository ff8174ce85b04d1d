package decode

import (
	"fmt"
	"strings"

	"runnertape"
)

// LFSBatch is a batch request of git LFS and its answer (git-lfs docs/api/batch.md).
type LFSBatch struct {
	Operation string      `json:"operation,omitempty"` // "download" or "upload"
	Ref       string      `json:"ref,omitempty"`       // ref it is for
	Transfers []string    `json:"transfers,omitempty"` // ways of transfer the client knows: "basic"
	HashAlgo  string      `json:"hash_algo,omitempty"` // "sha256"; empty means that too
	Bytes     int64       `json:"bytes"`               // sum of the sizes asked for
	Transfer  string      `json:"transfer,omitempty"`  // way the server chose
	Objects   []LFSObject `json:"objects,omitempty"`   // of the answer, else of the request, the first 100
}

// LFSObject is one object of an [LFSBatch].
type LFSObject struct {
	OID           string      `json:"oid"`                     // digest, in hex
	Size          int64       `json:"size"`                    // bytes
	Authenticated bool        `json:"authenticated,omitempty"` // the actions need no other credentials
	Actions       []LFSAction `json:"actions,omitempty"`       // what to do; empty: nothing has to be done, or it failed
	Error         string      `json:"error,omitempty"`         // why there are none: "404 Object does not exist"
}

// LFSAction is one request the client shall make. Its address has a signature, and is
// in the recorded body.
type LFSAction struct {
	Name      string `json:"name"`                 // "download", "upload", "verify"
	Host      string `json:"host"`                 // GitLab or a storage
	ExpiresIn int64  `json:"expires_in,omitempty"` // life of the address, s
	ExpiresAt string `json:"expires_at,omitempty"` // end of it, RFC 3339
}

// lfsRequest and lfsAnswer are the two on the wire.
type lfsRequest struct {
	Operation string      `json:"operation"`
	Transfers []string    `json:"transfers"`
	Ref       lfsRef      `json:"ref"`
	HashAlgo  string      `json:"hash_algo"`
	Objects   []lfsObject `json:"objects"`
}

type lfsAnswer struct {
	Transfer string      `json:"transfer"`
	HashAlgo string      `json:"hash_algo"`
	Objects  []lfsObject `json:"objects"`
}

type lfsRef struct {
	Name string `json:"name"`
}

type lfsObject struct {
	OID           string     `json:"oid"`
	Size          int64      `json:"size"`
	Authenticated bool       `json:"authenticated"`
	Actions       lfsActions `json:"actions"`
	Links         lfsActions `json:"_links"` // older name of actions
	Error         lfsError   `json:"error"`
}

type lfsActions struct {
	Download *lfsAction `json:"download"`
	Upload   *lfsAction `json:"upload"`
	Verify   *lfsAction `json:"verify"`
}

type lfsAction struct {
	Href      string            `json:"href"`
	Header    map[string]string `json:"header"`
	ExpiresIn int64             `json:"expires_in"`
	ExpiresAt string            `json:"expires_at"`
}

type lfsError struct {
	Code    int64  `json:"code"`
	Message string `json:"message"`
}

// lfs reads a batch request and its answer; of other LFS requests the path is all there is.
func (m *GitMessage) lfs(x *runnertape.Exchange, service string, b Bodies, n *notes) {
	if !strings.HasSuffix(service, "/objects/batch") {
		_, m.Command, _ = strings.Cut(service, "/")
		m.Command = clean(x.Request.Method+" "+strings.TrimPrefix(m.Command, "lfs/"), 256)
		return
	}
	var asked lfsRequest
	n.body("request", x.Request.Header, x.Request.Body, b.Request, &asked)
	m.Command, m.Objects = asked.Operation, len(asked.Objects)
	m.LFS = &LFSBatch{Operation: asked.Operation, Ref: asked.Ref.Name, Transfers: asked.Transfers, HashAlgo: asked.HashAlgo}
	for _, o := range asked.Objects {
		if m.LFS.Bytes += o.Size; m.LFS.Bytes < 0 {
			m.LFS.Bytes = 0 // sizes that cannot be
		}
	}
	objects := asked.Objects
	if m.Answer.Status == 200 {
		var said lfsAnswer
		if n.body("response", x.Response.Header, x.Response.Body, b.Response, &said) && len(said.Objects) > 0 {
			objects = said.Objects
		}
		m.LFS.Transfer = said.Transfer
	}
	for _, o := range objects[:min(len(objects), maxNames)] {
		m.LFS.Objects = append(m.LFS.Objects, o.typed())
	}
}

func (o *lfsObject) typed() LFSObject {
	t := LFSObject{OID: o.OID, Size: o.Size, Authenticated: o.Authenticated}
	for _, of := range []lfsActions{o.Actions, o.Links} {
		for _, a := range []struct {
			name string
			of   *lfsAction
		}{{"download", of.Download}, {"upload", of.Upload}, {"verify", of.Verify}} {
			if a.of != nil {
				t.Actions = append(t.Actions, LFSAction{Name: a.name, Host: hostOf(a.of.Href), ExpiresIn: a.of.ExpiresIn, ExpiresAt: a.of.ExpiresAt})
			}
		}
	}
	if o.Error != (lfsError{}) {
		t.Error = clean(fmt.Sprintf("%d %s", o.Error.Code, o.Error.Message), 200)
	}
	return t
}
