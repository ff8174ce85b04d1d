package runnertape

// Entry is what a recording's table of contents says of one exchange that was decoded: enough to
// tell whether the exchange itself is worth reading.
type Entry struct {
	ID    uint64 // of the exchange
	JobID int64  // job it belongs to; 0 if none or unknown
	Kind  *Kind  // shared with all entries of the same kind; not to be changed
}

// Kind is what many exchanges have in common.
type Kind struct {
	Endpoint string // which runner API call it is, in decode's words; "" if the exchange was not decoded
	Scheme   string // "http" or "https", as spoken with the upstream
	Host     string // host the request was sent to
	Status   int    // of the response; 0 if none came
	Whole    bool   // the response is the upstream's own, and came to its end
	Kept     bool   // the content of the response's body was kept, if it had any
}

// KindOf is the kind of an exchange, from what is stored of it.
func KindOf(x *Exchange) Kind {
	k := Kind{Scheme: x.Scheme, Host: x.Host, Status: x.Status()}
	if x.Decoded != nil {
		k.Endpoint = x.Decoded.Endpoint
	}
	if r := x.Response; r != nil {
		k.Whole = x.State == Done && x.Failure == nil && !r.Ours && !r.Body.Truncated
		k.Kept = r.Body.Bytes == 0 || r.Body.Stored > 0
	}
	return k
}

// EntryOf is the entry of an exchange of that kind.
func EntryOf(x *Exchange, k *Kind) Entry {
	e := Entry{ID: x.ID, Kind: k}
	if x.Decoded != nil {
		e.JobID = x.Decoded.JobID
	}
	return e
}

// Kinds keeps one of each kind. The zero value is empty.
type Kinds struct{ all map[Kind]*Kind }

// One is the kind that is equal to k, the same for all that are.
func (s *Kinds) One(k Kind) *Kind {
	one := s.all[k]
	if one == nil {
		if s.all == nil {
			s.all = map[Kind]*Kind{}
		}
		one = &k
		s.all[k] = one
	}
	return one
}
