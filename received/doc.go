// Package received keeps what runners send to a replay: the artifacts they upload, what they put into a
// cache, and their logs. It knows neither HTTP nor GitLab.
//
// A [Store] keeps either for the length of the replay ([Temporary]), in one file that has
// no name, so that nothing is left of it however the replay ends; or in a folder for
// whoever wants to look at it afterwards ([Folder]).
//
//	c, err := store.Begin()
//	io.Copy(c, upload)
//	err = c.Keep("job 7 archive")      // or c.Drop()
//	file, err := c.Open(0)
//
// Contents pass through in pieces: of one nothing stays in memory but its digest and
// where it is.
package received
