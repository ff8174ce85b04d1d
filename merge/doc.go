// Package merge makes one recording of several.
//
// # Ids
//
// Files of one recording ([runnertape.Recording.IsOne]), as a recorder that rotates leaves them, or as was cut out of
// one with trim, fit together by their ids, which stay. Different recordings are put in the order in which their
// exchanges began, each recording in its own, and get new ids from 1 on, and new numbers of connections: those of the first
// stay, those of each other begin behind. Of what was merged before, ids are new: with what it was made of it is
// merged as with a different recording.
//
// # What is there twice
//
// An exchange that is in several is kept once: with the same id in those of one recording, begun at the same nanosecond
// and alike in all else in those of different ones. If it had ended in one of them only, that one is taken. Where it
// is not alike, as in a recording that was edited, there is an error: nobody knows which is right.
//
// # What does not go together
//
// A recording has one key, by which its stand-ins are told from secrets, and a live token is known for the one that was
// recorded. So recordings with different keys, or of which one was not redacted, are refused, and so are different jobs of one
// number, as two GitLabs may have: the tokens that they were given tell. Different upstreams are no
// harm, as each exchange says its host; the header names none then.
package merge
