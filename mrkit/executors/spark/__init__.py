"""Apache Spark as an executor: the way to it (`context`), what runs here (`client`), what runs there (`worker`)."""
