package replay

import (
	"net/http"
	"slices"
	"strings"

	"runnertape"
	"runnertape/redact"
)

// object is a recorded answer of object storage.
type object struct {
	recorded
	query    string // with the signature, or its stand-in
	producer int64  // job whose artifacts it is; 0 if not known
}

// objects are those of all storages, by host and path.
type objects map[string][]*object

// add takes an exchange with object storage.
func (all objects) add(x *runnertape.Exchange) {
	switch {
	case x.Request.Method != http.MethodGet:
		return
	case x.Status() == http.StatusPartialContent:
		all.addPart(x)
		return
	}
	key := hostPort(x.Scheme, x.Host) + x.Request.Path()
	all[key] = append(all[key], &object{recorded: remember(x), query: x.Request.Query()})
}

// find is the recorded object at a host and path: the one with the same query, as it came or
// as it was recorded, else one where only the signature differs, else the last; but one
// that was whole goes first, and one whose content was kept.
func find(objects []*object, queries ...string) *object {
	var best *object
	most := -1
	for _, o := range objects {
		points := 0
		if o.status == http.StatusOK {
			points += 8
		}
		if o.lost == "" {
			points += 4
		}
		switch {
		case slices.Contains(queries, o.query):
			points += 2
		case redact.Anonymous("?"+o.query) == redact.Anonymous("?"+queries[0]):
			points++
		}
		if points >= most {
			best, most = o, points
		}
	}
	return best
}

// isObject tells whether a request names a recorded object of object storage.
func (r *Replayer) isObject(req *http.Request) bool {
	return req.URL.Host != "" && (req.Method == http.MethodGet || req.Method == http.MethodHead) && len(r.objects(req)) > 0
}

// objects are what was recorded at the address that a request names.
func (r *Replayer) objects(req *http.Request) []*object {
	host := hostPort(req.URL.Scheme, req.URL.Host)
	if !r.index.storages[host] {
		return nil
	}
	return r.index.storage.get(r.index)[host+req.URL.EscapedPath()]
}

// object answers such a request.
func (r *Replayer) object(w http.ResponseWriter, req *http.Request) outcome {
	objects := r.objects(req)
	queries := []string{req.URL.RawQuery}
	if len(objects) > 1 {
		_, recorded, _ := strings.Cut(r.live(req).Target(), "?")
		queries = append(queries, recorded)
	}
	o := find(objects, queries...)
	if r.index.downloads.get(r.index); o.producer != 0 { // by the redirects of downloads
		if made := r.archiveOf(r.index.playedLast(o.producer)); made != nil {
			return r.giveArchive(w, req, o.producer, made, o.header, false)
		}
	}
	return r.replay(w, req, &o.recorded)
}

// replay gives a recorded answer again, if its body was kept.
func (r *Replayer) replay(w http.ResponseWriter, req *http.Request, a *recorded) outcome {
	if a.lost != "" {
		return r.miss(w, req, a.job, a.lost)
	}
	if err := r.serve(w, req, a); err != nil {
		return r.broken(w, req, err)
	}
	return served
}
