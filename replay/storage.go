package replay

import (
	"net/http"

	"runnertape"
)

// object is a recorded answer of object storage.
type object struct {
	recorded
	query string // with the signature, or its stand-in
}

// addObject takes an exchange with object storage. Parts of objects are not
// kept: which parts a runner asks for depends on its version.
func (ix *index) addObject(x *runnertape.Exchange) {
	if x.Request.Method != http.MethodGet || x.Status() == http.StatusPartialContent {
		return
	}
	key := hostPort(x.Scheme, x.Host) + x.Request.Path()
	ix.storage[key] = append(ix.storage[key], &object{remember(x), x.Request.Query()})
}

// find is the recorded object at a host and path: the one with the same query
// if there is one, else the last that was whole, since only signatures differ.
func find(storage map[string][]*object, host, path, query string) *object {
	var best *object
	for _, o := range storage[host+path] {
		switch {
		case o.query == query && o.status == http.StatusOK:
			return o
		case best == nil || o.status == http.StatusOK:
			best = o
		}
	}
	return best
}

// object answers a request that names a recorded storage host. It returns
// false if the recording has nothing at that address.
func (r *Replayer) object(w http.ResponseWriter, req *http.Request) (outcome, bool) {
	if req.URL.Host == "" || req.Method != http.MethodGet && req.Method != http.MethodHead {
		return 0, false
	}
	o := find(r.index.storage, hostPort(req.URL.Scheme, req.URL.Host), req.URL.EscapedPath(), req.URL.RawQuery)
	if o == nil {
		return 0, false
	}
	return r.replay(w, req, &o.recorded), true
}

// replay gives a recorded answer again.
func (r *Replayer) replay(w http.ResponseWriter, req *http.Request, a *recorded) outcome {
	if err := r.serve(w, req, a); err != nil {
		return r.broken(w, req, err)
	}
	return served
}
