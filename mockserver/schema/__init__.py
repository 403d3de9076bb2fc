"""The words a declaration is written in, and the blocks of members that types share."""
